//! What can be told of an account from a record that is broken, or that a newer version wrote.
//!
//! Decides nothing by it: such an account is shown, linked again or forgotten, and its tokens are not used.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    AccessFacts, Account, Binding, EndReason, ExpirySource, Identity, Obtained, RefreshFacts,
};
use crate::ids::{AccountId, ProviderId};

/// Stands for a provider whose name can't be read.
const NO_PROVIDER: &str = "unknown";

impl Account {
    /// An account of which only its name is known, filled in with whatever of its record can be read; whether the rest is enough
    /// to show it like any other.
    pub fn as_far_as_known(id: &AccountId, generation: u64, record: &str) -> Option<(Self, bool)> {
        let blank = blank(id, generation)?;
        let Ok(Value::Object(found)) = serde_json::from_str(record) else {
            return Some((blank, false));
        };
        // The record of another account says nothing of this one.
        if found.get("id").is_some_and(|it| it != id.as_str()) {
            return Some((blank, false));
        }
        let mut known = serde_json::to_value(&blank).ok()?;
        fill_in(&mut known, "", &found);
        let mut account: Self = serde_json::from_value(known).ok()?;
        account.generation = generation;
        if account.ended.is_none() && found.get("ended").is_some_and(|it| !it.is_null()) {
            // It has ended, for a reason that this version has no name for.
            account.ended = Some(EndReason::Unknown);
        }
        let is_enough = account.provider.as_str() != NO_PROVIDER && found.contains_key("access");
        Some((account, is_enough))
    }
}

/// Takes over each field that is understood; of those that are not, the parts that are.
fn fill_in(whole: &mut Value, place: &str, found: &Map<String, Value>) {
    for (name, value) in found {
        let name = name.replace('~', "~0").replace('/', "~1");
        let place = format!("{place}/{name}");
        // What this version knows nothing of has no slot.
        let Some(slot) = whole.pointer_mut(&place) else {
            continue;
        };
        let before = std::mem::replace(slot, value.clone());
        if serde_json::from_value::<Account>(whole.clone()).is_ok() {
            continue;
        }
        let is_object = before.is_object();
        if let Some(slot) = whole.pointer_mut(&place) {
            *slot = before;
        }
        if let (true, Value::Object(parts)) = (is_object, value) {
            fill_in(whole, &place, parts);
        }
    }
}

fn blank(id: &AccountId, generation: u64) -> Option<Account> {
    Some(Account {
        id: id.clone(),
        provider: ProviderId::new(NO_PROVIDER).ok()?,
        label: id.to_string(),
        identity: Identity::default(),
        access: AccessFacts {
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: None,
            expiry_source: ExpirySource::None,
            renews_on_use: false,
            token_type: String::new(),
            scopes: Vec::new(),
            fingerprint: String::new(),
            form: String::new(),
        },
        refresh: RefreshFacts::default(),
        ended: None,
        ended_at: None,
        trouble: None,
        outcome_unknown_since: None,
        presented: None,
        linked_at: Timestamp::UNIX_EPOCH,
        last_refreshed_at: None,
        last_proved_at: None,
        generation,
        browser: None,
        in_question_with: None,
        restored_at: None,
        bound_to: Binding::default(),
        obtained: Obtained::default(),
        worked: BTreeMap::new(),
        trading: None,
        exchanges: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> AccountId {
        AccountId::new("one").unwrap()
    }

    fn record() -> Value {
        let mut account = blank(&id(), 3).unwrap();
        account.provider = ProviderId::new("example").unwrap();
        account.label = "Main".to_owned();
        account.access.token_type = "Bearer".to_owned();
        serde_json::to_value(account).unwrap()
    }

    fn known(record: &Value) -> (Account, bool) {
        Account::as_far_as_known(&id(), 3, &record.to_string()).unwrap()
    }

    #[test]
    fn one_value_that_is_not_understood_costs_that_value_only() {
        let mut newer = record();
        newer["access"]["expiry_source"] = "stars".into();
        newer["access"]["moon"] = 3.into();
        newer["phase"] = "full".into();
        let (account, is_enough) = known(&newer);
        assert!(is_enough);
        assert_eq!(account.label, "Main");
        assert_eq!(account.access.token_type, "Bearer");
        assert_eq!(account.access.expiry_source, ExpirySource::None);
    }

    #[test]
    fn an_end_for_an_unknown_reason_is_still_an_end() {
        let mut newer = record();
        newer["ended"] = "eclipse".into();
        assert!(known(&newer).0.ended.is_some());
    }

    #[test]
    fn of_a_broken_record_the_name_is_left() {
        for broken in ["", "{\"id\":", "[1]", "{}", "\u{fffd}"] {
            let (account, is_enough) = Account::as_far_as_known(&id(), 7, broken).unwrap();
            assert!(!is_enough, "{broken}");
            assert_eq!((account.id, account.generation), (id(), 7));
        }
    }

    #[test]
    fn another_accounts_record_tells_nothing() {
        let mut other = record();
        other["id"] = "two".into();
        let (account, is_enough) = known(&other);
        assert!(!is_enough);
        assert_eq!(account.label, "one");
    }
}
