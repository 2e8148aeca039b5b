//! How much time a countdown's words mean, coarsely, to see whether it has jumped; it doesn't know where they stand.

/// The seconds in words like `Expires in 23 h 59 min`; none where there is no figure with a unit.
pub fn seconds(words: &str) -> Option<u64> {
    let mut words = words.split_whitespace().peekable();
    let mut total = None;
    while let Some(word) = words.next() {
        let Some((figure, attached)) = figure(word) else {
            continue;
        };
        let unit = if attached.is_empty() {
            words.peek().copied().unwrap_or_default()
        } else {
            attached
        };
        if let Some(unit) = unit_seconds(unit) {
            total = Some(total.unwrap_or(0) + figure * unit);
        }
    }
    total
}

/// The figure at the start of a word, and what is attached to it.
fn figure(word: &str) -> Option<(u64, &str)> {
    let end = word
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(word.len());
    let (figure, attached) = word.split_at_checked(end)?;
    Some((figure.parse().ok()?, attached))
}

fn unit_seconds(unit: &str) -> Option<u64> {
    match unit.trim_end_matches(['.', ',']) {
        "s" | "sec" | "second" | "seconds" => Some(1),
        "m" | "min" | "minute" | "minutes" => Some(60),
        "h" | "hour" | "hours" => Some(60 * 60),
        "d" | "day" | "days" => Some(24 * 60 * 60),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn figures_with_units_add_up_and_others_do_not_count() {
        for (words, expected) in [
            ("Expires in 23 h 59 min", Some(86_340)),
            ("Expires in 9 min 58 s", Some(598)),
            ("Expires in 1 day, 2 hours", Some(93_600)),
            ("Expires in 45s", Some(45)),
            ("Expires in a moment", None),
            ("Expires in 12 parsecs", None),
        ] {
            assert_eq!(seconds(words), expected, "{words}");
        }
    }
}
