//! What is wrong with the data folder, and what helps: a title and a hint for each trouble.
//!
//! Knows nothing of keys; those have their words in `store`.

use super::foreign;
use crate::bridge::{Salvage, StoreTrouble};

/// What happened, without a full stop.
pub(super) fn title(trouble: StoreTrouble, place: &str) -> String {
    let place = named(place);
    match trouble {
        StoreTrouble::Full => format!("No room is left on the disk for {place}"),
        StoreTrouble::ReadOnly => format!("Linkdesk can’t write to {place}"),
        StoreTrouble::Busy => format!("Another program is using {place}"),
        StoreTrouble::Replaced => format!("Another file is in the place of {place}"),
        StoreTrouble::Overtaken => "Another program has changed this account meanwhile".into(),
        StoreTrouble::Damaged => format!("{place} is damaged"),
        StoreTrouble::Disk => format!("The disk failed at {place}"),
        StoreTrouble::NotOurs => format!("Something that is not Linkdesk’s is at {place}"),
        StoreTrouble::Failed => format!("Linkdesk could not use {place}"),
    }
}

/// What to do about it.
pub(super) const fn hint(trouble: StoreTrouble) -> &'static str {
    match trouble {
        StoreTrouble::Full => {
            "What was saved before is still there. Free some space, then try again."
        }
        StoreTrouble::ReadOnly => {
            "What was saved before stays as it is, and nothing is sent whose answer could not be saved. Check who owns it, its permissions, and whether its disk is read-only, then try again."
        }
        StoreTrouble::Busy => "Wait until it is done or close it, then try again.",
        StoreTrouble::Replaced => {
            "It was restored or begun anew by another program. Nothing was written. Try again to go on with the new one."
        }
        StoreTrouble::Overtaken => "Nothing was written. Look at what it says now, and try again.",
        StoreTrouble::Damaged => {
            "Nothing more was written. Try again, or start Linkdesk again: the file is then kept aside, and what can be read of it is read."
        }
        StoreTrouble::Disk => {
            "What was saved before is still there, as far as the disk can be read. Check the disk and the system’s messages about it, then try again."
        }
        StoreTrouble::NotOurs => "It was left alone. Move it away, then try again.",
        StoreTrouble::Failed => "Nothing was changed. Try again; the details say what happened.",
    }
}

/// How much of a damaged list is still there, and where the rest is.
pub(super) fn salvaged(kept_as: &str, salvage: Salvage) -> String {
    let kept = format!(
        "The damaged file was kept as {}, unchanged.",
        foreign(kept_as)
    );
    let Salvage {
        accounts,
        in_part,
        lost,
    } = salvage;
    let saved = match (accounts, in_part) {
        (0, 0) => "No account could be read from it; link your accounts again.".to_owned(),
        (saved, 0) => format!("{} read from it and kept.", were(saved, "account")),
        (saved, broken) => format!(
            "{} read from it; {} shown as unreadable: link them again.",
            were(saved, "account"),
            are(broken)
        ),
    };
    if lost == 0 {
        return format!("{saved} {kept}");
    }
    format!("{saved} At least {} lost. {kept}", were(lost, "other row"))
}

fn were(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what} was"),
        _ => format!("{count} {what}s were"),
    }
}

fn are(count: usize) -> String {
    match count {
        1 => "1 more is".to_owned(),
        _ => format!("{count} more are"),
    }
}

fn named(place: &str) -> String {
    if place.is_empty() {
        "the data file".to_owned()
    } else {
        foreign(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_much_is_left_of_a_damaged_list_reads_as_sentences() {
        let salvage = |accounts, in_part, lost| {
            let salvage = Salvage {
                accounts,
                in_part,
                lost,
            };
            salvaged("x.damaged-1", salvage)
        };
        let kept = "The damaged file was kept as x.damaged-1, unchanged.";
        assert_eq!(
            salvage(3, 0, 0),
            format!("3 accounts were read from it and kept. {kept}")
        );
        assert_eq!(
            salvage(1, 1, 2),
            format!(
                "1 account was read from it; 1 more is shown as unreadable: link them again. At least 2 other rows were lost. {kept}"
            )
        );
        assert!(salvage(0, 0, 0).starts_with("No account could be read"));
    }
}
