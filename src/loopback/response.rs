//! What the browser is told: whole answers, fixed, with nothing of the request in them.
//!
//! Each page takes the code out of the address bar and the list of the tab's pages by a line of script; without script
//! it says the same. Knows nothing of why. The pages never say that a sign-in succeeded, because that is settled only after them, in the window.

use super::Verdict;

/// Shown when the sign-in goes on in Linkdesk.
const RECEIVED: &str = include_str!("../../assets/pages/received.html");
/// Shown when the sign-in has ended without an account.
const ENDED: &str = include_str!("../../assets/pages/ended.html");
/// Shown to a redirect that belongs to no sign-in under way.
const LATE: &str = include_str!("../../assets/pages/late.html");

/// Nothing is kept, told on, guessed, framed or loaded. The hashes are those of the pages' one style sheet and one line of script.
const HEADERS: &str = "Connection: close\r\n\
    Cache-Control: no-store\r\n\
    Referrer-Policy: no-referrer\r\n\
    X-Content-Type-Options: nosniff\r\n\
    Content-Security-Policy: default-src 'none'; style-src 'sha256-T4uwL12xk9zt362AnFfoV0YBp/a63G06VRApVMYfbOI='; \
    script-src 'sha256-ixzo+owSEfJWq9z0HJaxCJAlk3mRYZRq9JaxhZ3hBmA='; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n";

/// The page that goes with a verdict.
pub(super) fn page(verdict: Verdict) -> Vec<u8> {
    match verdict {
        Verdict::Accept => whole("200 OK", "text/html", RECEIVED),
        Verdict::End => whole("200 OK", "text/html", ENDED),
        Verdict::KeepWaiting => whole("400 Bad Request", "text/html", LATE),
    }
}

/// The answer to a request that was not for us.
pub(super) fn refusal(status: u16, is_head: bool) -> Vec<u8> {
    let (status, text) = match status {
        403 => ("403 Forbidden", "This address is for a browser's window.\n"),
        404 => ("404 Not Found", "There is nothing here.\n"),
        405 => (
            "405 Method Not Allowed\r\nAllow: GET",
            "Only GET is answered here.\n",
        ),
        408 => ("408 Request Timeout", "The request came too slowly.\n"),
        414 => ("414 URI Too Long", "The address is too long.\n"),
        421 => ("421 Misdirected Request", "This is not that host.\n"),
        431 => (
            "431 Request Header Fields Too Large",
            "The request is too long.\n",
        ),
        _ => ("400 Bad Request", "The request could not be read.\n"),
    };
    whole(status, "text/plain", if is_head { "" } else { text })
}

/// The answer to plain HTTP where TLS is spoken. It doesn't lead there: what was sent has been seen by others already.
pub(super) fn over_tls_only() -> Vec<u8> {
    let text = "This address is for https.\n";
    whole("400 Bad Request", "text/plain", text)
}

fn whole(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{HEADERS}Content-Type: {kind}; charset=utf-8\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::Digest as _;

    use super::*;

    const PAGES: [&str; 3] = [RECEIVED, ENDED, LATE];

    /// What stands between the only pair of these tags.
    fn within<'p>(page: &'p str, tag: &str) -> &'p str {
        let (before, rest) = page.split_once(&format!("<{tag}>")).unwrap();
        let (inside, after) = rest.split_once(&format!("</{tag}>")).unwrap();
        assert!(![before, after].concat().contains(&format!("<{tag}")));
        inside
    }

    #[test]
    fn the_hashes_are_those_of_every_pages_style_sheet_and_script() {
        for page in PAGES {
            for tag in ["style", "script"] {
                let hash = STANDARD.encode(sha2::Sha256::digest(within(page, tag)));
                let source = format!("{tag}-src 'sha256-{hash}';");
                assert!(HEADERS.contains(&source), "{source}");
            }
        }
    }

    #[test]
    fn the_only_script_takes_the_query_out_of_the_address() {
        for page in PAGES {
            let script = within(page, "script");
            assert_eq!(
                script,
                r#"history.replaceState(null, "", location.pathname);"#
            );
        }
    }

    #[test]
    fn the_pages_load_nothing() {
        for page in PAGES {
            assert!(page.contains(r#"<link rel="icon" href="data:,">"#));
            assert_eq!(page.matches("href=").count(), 1);
            for loads in ["src=", "url(", "<form", "http", "@import", "onload"] {
                assert!(!page.contains(loads), "{loads}");
            }
        }
    }

    #[test]
    fn no_page_says_that_it_worked() {
        for page in PAGES {
            let page = page.to_lowercase();
            for claim in ["success", "signed in", "linked!", "done", "complete"] {
                assert!(!page.contains(claim), "{claim}");
            }
            assert!(page.contains("linkdesk"));
        }
    }

    #[test]
    fn every_answer_has_the_same_careful_headers_and_its_true_length() {
        let mut answers: Vec<_> = [Verdict::Accept, Verdict::End, Verdict::KeepWaiting]
            .map(page)
            .into();
        answers
            .extend([400, 403, 404, 405, 408, 414, 421, 431].map(|status| refusal(status, false)));
        answers.push(over_tls_only());
        for answer in answers {
            let answer = String::from_utf8(answer).unwrap();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            for line in [
                "Connection: close",
                "Cache-Control: no-store",
                "Referrer-Policy: no-referrer",
                "X-Content-Type-Options: nosniff",
                "Content-Security-Policy: default-src 'none';",
            ] {
                assert!(head.contains(&format!("\r\n{line}")), "{line} in {head}");
            }
            assert!(head.contains(&format!("\r\nContent-Length: {}", body.len())));
            assert!(!head.contains("Access-Control"));
            assert!(head.lines().all(|line| line == line.trim()), "{head}");
        }
    }

    #[test]
    fn a_refused_head_gets_no_body_and_a_refused_method_learns_which_is_allowed() {
        let answer = String::from_utf8(refusal(405, true)).unwrap();
        assert!(answer.ends_with("\r\n\r\n"));
        assert!(answer.contains("\r\nAllow: GET\r\n"));
    }
}
