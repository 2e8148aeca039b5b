//! The practice providers' real pages, as somebody in front of a browser goes through them.
//!
//! Speaks HTTP and reads forms; knows nothing of the linker, nor of who is walking.

use http::{Method, Request, Response, header};
use linkdesk::platform::Http as _;
use linkdesk::platform::http::ReqwestHttp;
use url::Url;

use super::person::Decision;

/// Who walks, and what they press.
pub(crate) struct Visitor {
    pub username: String,
    pub password: String,
    pub decision: Decision,
}

/// Where the pages lead to.
pub(crate) enum Outcome {
    /// The tab was closed.
    Gone,
    /// A page that doesn't go on.
    Refused(String),
    /// A code on a page.
    Code(String),
    /// Back to the app, at this address.
    Back(String),
}

/// From the authorization address to the redirect.
pub(crate) fn walk(address: &Url, visitor: &Visitor) -> Outcome {
    let origin = address.origin().ascii_serialization();
    wait_for(async {
        let page = get(address.as_str()).await.unwrap();
        if let Some(target) = location(&page) {
            return Outcome::Back(target);
        }
        if visitor.decision == Decision::CloseTab {
            return Outcome::Gone;
        }
        let page = choose(&origin, page, visitor).await;
        end(&sign_in(&origin, page, visitor).await)
    })
}

/// From the page for a device's code to its end.
pub(crate) fn enter(verification_uri: &str, user_code: &str, visitor: &Visitor) -> String {
    let url = Url::parse(verification_uri).unwrap();
    let origin = url.origin().ascii_serialization();
    wait_for(async {
        let code = [("user_code", user_code)];
        let page = post(verification_uri, &code).await;
        text(&sign_in(&origin, page, visitor).await)
    })
}

/// One page over plain HTTP; none where nobody answers.
pub(crate) fn load(address: &str) -> Option<String> {
    wait_for(async { get(address).await.map(|page| text(&page)) })
}

/// Where several people could sign in, one is chosen first.
async fn choose(origin: &str, page: Response<Vec<u8>>, visitor: &Visitor) -> Response<Vec<u8>> {
    if !text(&page).contains("action=\"/select\"") {
        return page;
    }
    let ticket = hidden(&page, "ticket").unwrap();
    let chosen = [("ticket", ticket.as_str()), ("username", &visitor.username)];
    post(&format!("{origin}/select"), &chosen).await
}

/// Name and password, then the decision; a page without a form is the end already.
async fn sign_in(origin: &str, page: Response<Vec<u8>>, visitor: &Visitor) -> Response<Vec<u8>> {
    let Some(ticket) = hidden(&page, "ticket") else {
        return page;
    };
    let sign_in = [
        ("ticket", ticket.as_str()),
        ("username", &visitor.username),
        ("password", &visitor.password),
    ];
    let page = post(&format!("{origin}/sign-in"), &sign_in).await;
    let ticket = hidden(&page, "ticket").unwrap();
    let decision = match visitor.decision {
        Decision::Deny => "deny",
        _ => "allow",
    };
    let consent = [("ticket", ticket.as_str()), ("decision", decision)];
    post(&format!("{origin}/consent"), &consent).await
}

fn end(page: &Response<Vec<u8>>) -> Outcome {
    if let Some(target) = location(page) {
        return Outcome::Back(target);
    }
    let text = text(page);
    let code = text.split_once("<code id=\"authorization_code\">");
    match code.and_then(|(_, after)| after.split('<').next()) {
        Some(code) => Outcome::Code(code.to_owned()),
        None => Outcome::Refused(text),
    }
}

fn location(page: &Response<Vec<u8>>) -> Option<String> {
    let target = page.headers().get(header::LOCATION)?;
    Some(target.to_str().unwrap().to_owned())
}

fn wait_for<T>(what: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(what)
}

async fn get(address: &str) -> Option<Response<Vec<u8>>> {
    let request = Request::get(address).body(Vec::new()).unwrap();
    ReqwestHttp::new().send(request).await.ok()
}

async fn post(address: &str, fields: &[(&str, &str)]) -> Response<Vec<u8>> {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(address)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into_bytes())
        .unwrap();
    ReqwestHttp::new().send(request).await.unwrap()
}

fn text(page: &Response<Vec<u8>>) -> String {
    String::from_utf8_lossy(page.body()).into_owned()
}

/// The value of a hidden field of a page.
fn hidden(page: &Response<Vec<u8>>, name: &str) -> Option<String> {
    let text = text(page);
    let (_, after) = text.split_once(&format!("name=\"{name}\" value=\""))?;
    Some(after.split('"').next()?.to_owned())
}
