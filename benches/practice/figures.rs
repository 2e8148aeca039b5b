//! One line for each figure, with what was aimed at, and whether all aims were met.
//!
//! Knows nothing of how a figure was come by.

use std::fmt::Debug;

/// Prints lines and remembers whether one of them missed its aim.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    all: usize,
    missed: usize,
}

/// Says what follows.
pub(crate) fn title(words: &str) {
    println!("{words}");
}

/// A figure that nothing is aimed at.
pub(crate) fn note(words: &str) {
    println!("  {:<8}{words}", "");
}

impl Figures {
    /// Holds a figure against its limit.
    pub(crate) fn at_most<T: PartialOrd + Copy + Debug>(&mut self, what: &str, figure: T, aim: T) {
        let is_met = figure <= aim;
        self.verdict(
            is_met,
            &format!("{what}: {figure:.1?}, aim: at most {aim:?}"),
        );
    }

    /// Holds a figure against the only one that is right.
    pub(crate) fn exactly<T: PartialEq + Copy + Debug>(&mut self, what: &str, figure: T, aim: T) {
        let is_met = figure == aim;
        self.verdict(is_met, &format!("{what}: {figure:?}, aim: {aim:?}"));
    }

    /// Whether something holds that has no number.
    pub(crate) fn holds(&mut self, what: &str, is_so: bool) {
        let answer = if is_so { "yes" } else { "no" };
        self.verdict(is_so, &format!("{what}: {answer}, aim: yes"));
    }

    fn verdict(&mut self, is_met: bool, words: &str) {
        self.all += 1;
        self.missed += usize::from(!is_met);
        println!("  {:<8}{words}", if is_met { "ok" } else { "missed" });
    }

    /// Whether all aims were met; says so.
    pub(crate) fn all_met(&self) -> bool {
        let Self { all, missed } = self;
        println!("{all} figures, {missed} missed");
        *missed == 0
    }
}
