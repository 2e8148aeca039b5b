//! What can be asked of and told to a practice provider beside its protocol, under `/practice/`.
//!
//! Doesn't know the protocol. A web page can't get at it: instructions need `application/json`, for which browsers ask leave first, and nobody grants it.

use serde::de::DeserializeOwned;
use serde_json::json;

use super::{asked::Asked, faults::Planned, ledger::TradingAccount, reply::Reply, shop::Shop};

/// Answers a request under `/practice/`.
pub(super) fn answer(shop: &Shop, asked: &Asked) -> Reply {
    let has_trading_accounts = shop.provider.id == "just2trade";
    match (asked.path.as_str(), asked.method.as_str()) {
        ("/practice/ready", "GET") => Reply::json(
            200,
            json!({"instance": shop.instance, "provider": shop.provider.id, "mode": shop.mode}),
        ),
        ("/practice/counters", "GET") => Reply::json(200, json!(shop.ledger().counters)),
        ("/practice/faults", "GET") => Reply::json(200, json!(shop.faults().list())),
        ("/practice/faults", "POST") => instructed(asked, |planned| plan(shop, planned)),
        ("/practice/trading-accounts", "GET") if has_trading_accounts => {
            Reply::json(200, json!(shop.ledger().trading_accounts))
        }
        ("/practice/trading-accounts", "POST") if has_trading_accounts => {
            instructed(asked, |accounts| replace_accounts(shop, accounts))
        }
        ("/practice/ready" | "/practice/counters", _) => Reply::empty(405).with("allow", "GET"),
        ("/practice/faults", _) => Reply::empty(405).with("allow", "GET, POST"),
        ("/practice/trading-accounts", _) if has_trading_accounts => {
            Reply::empty(405).with("allow", "GET, POST")
        }
        _ => Reply::empty(404),
    }
}

fn instructed<T: DeserializeOwned>(asked: &Asked, act: impl FnOnce(T) -> Reply) -> Reply {
    let content_type = asked.header("content-type").unwrap_or_default();
    if content_type.split(';').next() != Some("application/json") {
        return Reply::text(415, "Instructions are application/json");
    }
    match serde_json::from_slice(&asked.body) {
        Ok(instruction) => act(instruction),
        Err(error) => Reply::text(400, &format!("The instruction can't be read: {error}")),
    }
}

fn plan(shop: &Shop, planned: Planned) -> Reply {
    let mut faults = shop.faults();
    if faults.plan(planned) {
        Reply::json(200, json!(faults.list()))
    } else {
        Reply::text(400, "A request of this kind can't have this fault")
    }
}

fn replace_accounts(shop: &Shop, accounts: Vec<TradingAccount>) -> Reply {
    let mut ledger = shop.ledger();
    ledger.trading_accounts = accounts;
    match shop.save(&ledger) {
        Ok(()) => Reply::json(200, json!(ledger.trading_accounts)),
        Err(_) => Reply::text(503, "The practice folder can't be written"),
    }
}
