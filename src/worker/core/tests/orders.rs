//! Random orders of everything that can happen, ten thousand of them: whatever comes when, no promise is broken.
//!
//! What goes on outside of the core is played in `outside`; here is what must hold after each step and in the end.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::outside::{Outside, Step};
use super::*;

/// Work that may be under way at one provider at a time.
const AT_ONCE: usize = 4;

/// What has been seen so far, for what may only grow.
#[derive(Default)]
struct Seen {
    generations: BTreeMap<AccountId, u64>,
    /// What is gone for good: unlinked here, and told.
    unlinked: BTreeSet<AccountId>,
}

fn check(outside: &Outside, seen: &mut Seen) -> Result<(), TestCaseError> {
    let snapshot = outside.desk.core.snapshot();
    let running = outside.running();
    let accounts: BTreeSet<&AccountId> = running.iter().map(|(_, id)| *id).collect();
    prop_assert_eq!(accounts.len(), running.len(), "two works on one account");
    let busiest = snapshot.providers.iter().map(|card| {
        let here = running.iter().filter(|(provider, _)| **provider == card.id);
        here.count()
    });
    prop_assert!(busiest.max() <= Some(AT_ONCE), "too many at one provider");
    for card in &snapshot.accounts {
        let id = &card.id;
        prop_assert!(!seen.unlinked.contains(id), "an unlinked account is back");
        let generation = outside.desk.core.accounts[id].account.generation;
        let before = seen.generations.insert(id.clone(), generation);
        prop_assert!(
            before <= Some(generation),
            "older tokens took the place of newer ones"
        );
        let has_ended = card.needs_sign_in.is_some();
        prop_assert!(
            !has_ended || outside.ended.contains(id),
            "a link has ended, and nothing said so"
        );
        card.state(outside.now());
    }
    seen.unlinked.extend(outside.unlinked.iter().cloned());
    Ok(())
}

/// Everything is answered: nobody waits, nothing is under way, and the list is what the store holds.
fn check_end(outside: &mut Outside) -> Result<(), TestCaseError> {
    prop_assert_eq!(outside.running().len(), 0);
    prop_assert_eq!(outside.waiting_commands(), Vec::<CommandId>::new());
    let listed: BTreeMap<AccountId, u64> = outside
        .desk
        .core
        .accounts
        .values()
        .map(|held| (held.account.id.clone(), held.account.generation))
        .collect();
    prop_assert_eq!(listed, outside.stored_generations());
    for held in outside.desk.core.accounts.values() {
        prop_assert!(held.work.is_none(), "busy for ever");
    }
    // Nobody who has gone has left a seat taken.
    let (all, started) = outside.refresh_all_that_can();
    prop_assert!(started >= all.min(AT_ONCE), "places that are never freed");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 10_000,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        // The same orders in every run; with another number, others.
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]
    #[test]
    fn ten_thousand_orders_of_answers_cancels_removals_and_clock_jumps_break_no_promise(
        linked in 0_u128..7,
        steps in prop::collection::vec(any::<(u8, u8, u8)>(), 1..40),
    ) {
        let mut outside = Outside::with(linked);
        let mut seen = Seen::default();
        for step in steps {
            outside.take(Step::from(step));
            check(&outside, &mut seen)?;
        }
        outside.settle();
        check(&outside, &mut seen)?;
        check_end(&mut outside)?;
    }
}
