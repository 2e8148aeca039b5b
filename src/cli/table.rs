//! Aligned columns for people.
//!
//! Counts characters, not bytes. What came from outside has to be made harmless before it gets here.

const GAP: &str = "  ";

/// Rows under each other, columns aligned, nothing after the last word of a line.
pub(super) fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        cells.join(GAP).trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Names and values under each other, indented.
pub(super) fn facts(facts: &[(&str, String)]) -> String {
    let rows: Vec<Vec<String>> = facts
        .iter()
        .map(|(name, value)| vec![format!("{GAP}{name}"), value.clone()])
        .collect();
    columns(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_lines_end_with_a_word() {
        let rows = [
            vec!["ä".to_owned(), "1".to_owned(), String::new()],
            vec!["long".to_owned(), "2".to_owned(), "x".to_owned()],
        ];
        assert_eq!(columns(&rows), "ä     1\nlong  2  x");
    }
}
