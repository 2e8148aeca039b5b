//! Translates what key stores say into what a person can do about it.
//!
//! The names are those of the
//! [Secret Service](https://specifications.freedesktop.org/secret-service-spec/latest/errors.html) and of D-Bus; that they still
//! arrive as written here is tested against a real daemon. Knows nothing of what was being done.

use keyring_core::Error as Told;

use crate::vault::Error;

/// Nothing can be reached: no bus, or nobody on it who keeps secrets.
pub(super) fn connecting(told: Told) -> Error {
    Error::Absent(Some(Box::new(told)))
}

/// It was reached, and refused.
pub(super) fn using(told: Told) -> Error {
    let chain = chain(&told);
    let says = |words: &[&str]| words.iter().any(|word| chain.contains(word));
    match told {
        // A store without a default collection answers with no path to it.
        Told::NoStorageAccess(_) if says(&["result not returned"]) => {
            Error::NoCollection(Box::new(told))
        }
        Told::NoStorageAccess(_) => Error::Locked(Box::new(told)),
        Told::PlatformFailure(_) if says(&["Secret.Error.IsLocked", "before prompt completed"]) => {
            Error::Locked(Box::new(told))
        }
        Told::PlatformFailure(_) if says(&["DBus.Error.NoReply", "DBus.Error.Timeout"]) => {
            Error::NotAnswering
        }
        Told::PlatformFailure(_)
            if says(&[
                "DBus.Error.ServiceUnknown",
                "DBus.Error.NameHasNoOwner",
                "DBus.Error.Disconnected",
            ]) =>
        {
            Error::Absent(Some(Box::new(told)))
        }
        Told::BadEncoding(_) | Told::BadDataFormat(..) | Told::BadStoreFormat(_) => Error::Damaged,
        told => Error::Failed(Box::new(told)),
    }
}

fn chain(told: &Told) -> String {
    let mut text = told.to_string();
    let mut source = std::error::Error::source(told);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
