//! One line for each figure, with what was aimed at, and whether all aims were met.
//!
//! Knows nothing of how a figure was come by.

use std::fmt::Debug;

/// Prints lines and remembers whether one of them missed its aim.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    missed: usize,
}

impl Figures {
    /// Says what follows.
    #[expect(
        clippy::unused_self,
        reason = "everything that is printed goes through here"
    )]
    pub(crate) fn title(&self, words: &str) {
        println!("{words}");
    }

    /// A figure that nothing is aimed at.
    #[expect(
        clippy::unused_self,
        reason = "everything that is printed goes through here"
    )]
    pub(crate) fn note(&self, words: &str) {
        println!("  {:<8}{words}", "");
    }

    /// Holds a figure against its limit.
    pub(crate) fn at_most<T: PartialOrd + Debug>(&mut self, what: &str, figure: T, aim: T) {
        let is_met = figure <= aim;
        self.verdict(
            is_met,
            &format!("{what}: {figure:.1?}, aim: at most {aim:?}"),
        );
    }

    /// Holds a figure against the only one that is right.
    pub(crate) fn exactly<T: PartialEq + Debug>(&mut self, what: &str, figure: T, aim: T) {
        let is_met = figure == aim;
        self.verdict(is_met, &format!("{what}: {figure:?}, aim: {aim:?}"));
    }

    /// Whether something holds that has no number.
    pub(crate) fn holds(&mut self, what: &str, is_so: bool) {
        let answer = if is_so { "yes" } else { "no" };
        self.verdict(is_so, &format!("{what}: {answer}, aim: yes"));
    }

    fn verdict(&mut self, is_met: bool, words: &str) {
        self.missed += usize::from(!is_met);
        println!("  {:<8}{words}", if is_met { "ok" } else { "missed" });
    }

    pub(crate) const fn all_met(&self) -> bool {
        self.missed == 0
    }
}
