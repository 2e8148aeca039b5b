//! Figures beside what they are compared with, and whether the aims were met.
//!
//! Knows nothing of how a figure was come by.

/// Prints lines and remembers whether one of them missed its aim.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    missed: usize,
}

/// The figures of several rounds.
#[derive(Debug, Default)]
pub(crate) struct Series(Vec<f64>);

impl Series {
    pub(crate) fn push(&mut self, figure: f64) {
        self.0.push(figure);
        self.0.sort_by(f64::total_cmp);
    }

    fn least(&self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }

    fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

impl Figures {
    /// Two series in turn: the ratio of their medians is held against the aim.
    pub(crate) fn compare(&mut self, unit: &str, ours: &Series, empty: &Series, aim: f64) {
        println!(
            "  {:<10}{:>14}{:>16}{:>10}",
            "", "Linkdesk", "empty window", "ratio"
        );
        let line = |name: &str, ours: f64, empty: f64| {
            let (ours_words, empty_words) =
                (format!("{ours:.1} {unit}"), format!("{empty:.1} {unit}"));
            println!(
                "  {name:<10}{ours_words:>14}{empty_words:>16}{:>10.2}",
                ours / empty
            );
        };
        line("least", ours.least(), empty.least());
        line("median", ours.median(), empty.median());
        let ratio = ours.median() / empty.median();
        self.verdict(
            ratio <= aim,
            &format!("ratio of the medians {ratio:.2}, aim: at most {aim}"),
        );
    }

    /// Whether an aim was met.
    pub(crate) fn verdict(&mut self, is_met: bool, words: &str) {
        self.missed += usize::from(!is_met);
        println!("  {:<8}{words}", if is_met { "ok" } else { "missed" });
    }

    pub(crate) fn all_met(&self) -> bool {
        self.missed == 0
    }
}
