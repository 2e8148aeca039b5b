//! Setting up a client, in words: what a test showed, what a certificate is for, what credentials are.
//!
//! Knows no field and no button.

use crate::bridge::ClientTestOutcome;

/// What the test of a set-up showed, where that is no problem.
pub const fn test(outcome: &ClientTestOutcome) -> Option<&'static str> {
    match outcome {
        ClientTestOutcome::Testing => Some("Asking the provider"),
        ClientTestOutcome::Recognized => {
            Some("The provider knows this client, and the redirect address answers")
        }
        ClientTestOutcome::NotTold => {
            Some("The provider doesn’t tell before somebody signs in; nothing speaks against it")
        }
        ClientTestOutcome::Failed(_) => None,
    }
}

/// What the certificate of an installation is for.
pub const CERTIFICATE: &str = "With it Linkdesk receives https redirects on this computer. Only this installation has its key, so a browser can’t know it and warns once.";

/// What a new certificate means for a person.
pub const NEW_CERTIFICATE: &str =
    "A new one ends the trust your browsers have given to this one; they warn once more.";

/// Where none has been made yet.
pub const NO_CERTIFICATE: &str =
    "None yet. One is made when it is first needed, or now, so that you can note its fingerprint.";

/// What may be read as credentials.
pub const CREDENTIALS: &str = "The JSON text or file the provider gave you at registration. It fills in the fields below and is not kept.";

/// What can be said of further redirect URIs.
pub const FURTHER_REDIRECT_URIS: &str = "Tried in this order where the port of the one before is taken. Register each of them with the provider.";

/// What a name in another script may hide.
pub const LOOK_ALIKE: &str = "A host whose name is written in another script can look like one you know. The addresses below are as computers read them: compare them letter by letter.";

/// What issuer discovery does.
pub const DISCOVERY: &str = "Linkdesk asks this address for the provider’s own description (OpenID Connect Discovery, RFC 8414) and shows it to you. Nothing is used before you add it.";

/// How a file of one's own comes to Linkdesk.
pub const OWN_FILE: &str = "A provider can also be a TOML file of your own in the folder of provider files. Read them again after you have put one there.";
