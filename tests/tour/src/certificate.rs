//! A certificate as a browser's warning spells it out, and its fingerprint as Linkdesk tells it; it doesn't know which one
//! is expected.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use sha2::{Digest as _, Sha256};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The SHA-256 fingerprint of the first certificate in the text (RFC 7468 §5.1), in pairs with colons.
pub fn fingerprint(text: &str) -> Result<String> {
    let (_, rest) = text.split_once(BEGIN).context("no certificate begins")?;
    let (base64, _) = rest.split_once(END).context("no certificate ends")?;
    let base64: String = base64.split_whitespace().collect();
    let certificate = base64::engine::general_purpose::STANDARD.decode(base64)?;
    let pairs: Vec<String> = Sha256::digest(certificate)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    Ok(pairs.join(":"))
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn a_fingerprint_is_that_of_the_first_certificate_whatever_its_lines() {
        let expected = "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:\
                        B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";
        for text in [
            "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n",
            "PEM encoded chain: -----BEGIN CERTIFICATE-----YW Jj-----END CERTIFICATE----------BEGIN CERTIFICATE-----",
        ] {
            assert_eq!(fingerprint(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_text_without_a_whole_certificate_has_no_fingerprint() {
        for text in [
            "",
            "-----BEGIN CERTIFICATE-----YWJj",
            "YWJj-----END CERTIFICATE-----",
        ] {
            assert!(fingerprint(text).is_err(), "{text}");
        }
    }
}
