//! Whether a refresh token may be sent again after the answer to it was lost.
//!
//! Pure: knows no clock and sends nothing. A token that works once may have been used up by the first time, and a provider that
//! sees it twice may take the second one for a thief's and end the link (RFC 9700 §4.14).

use jiff::{SignedDuration, Timestamp};

use crate::account::Account;
use crate::provider::{Provider, Reuse};

/// Whether the refresh token that was sent at `since` may be sent again at `now`.
pub(super) fn may_send_again(
    provider: &Provider,
    account: &Account,
    since: Timestamp,
    now: Timestamp,
) -> bool {
    // A provider that has been seen to leave refresh tokens as they are does not count their uses.
    if account.refresh.rotates == Some(false) {
        return true;
    }
    match provider.refresh_token_reuse() {
        Reuse::Never => false,
        Reuse::Always => true,
        Reuse::Within(grace) => {
            let grace = SignedDuration::try_from(grace).unwrap_or(SignedDuration::ZERO);
            // A clock that was set back says nothing of how long it has been.
            (SignedDuration::ZERO..grace).contains(&now.duration_since(since))
        }
    }
}
