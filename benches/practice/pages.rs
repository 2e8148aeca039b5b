//! A person at the practice providers' real pages, over plain HTTP; shared by the benches.
//!
//! Knows nothing of what comes after.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use http::header;
use url::Url;

/// Signs in, allows, and gives the address that the browser is sent to; it is not opened.
pub(crate) fn sign_in(address: &Url, username: &str, password: &str) -> Url {
    let page = ask("GET", address, "");
    let credentials = [("username", username), ("password", password)];
    let page = ask(
        "POST",
        &address.join("/sign-in").unwrap(),
        &form(&page, &credentials),
    );
    let decision = form(&page, &[("decision", "allow")]);
    let answer = ask("POST", &address.join("/consent").unwrap(), &decision);
    let target = answer.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("location").then(|| value.trim())
    });
    Url::parse(target.unwrap_or_else(|| panic!("{answer}"))).unwrap()
}

/// The fields of a page's form: the hidden one, and these.
fn form(page: &str, fields: &[(&str, &str)]) -> String {
    let (_, ticket) = page
        .split_once("name=\"ticket\" value=\"")
        .unwrap_or_else(|| panic!("{page}"));
    let ticket = ticket.split('"').next().unwrap();
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("ticket", ticket)
        .extend_pairs(fields)
        .finish()
}

/// One request and its whole answer.
pub(crate) fn ask(method: &str, address: &Url, form: &str) -> String {
    ask_at(method, address, form, || ())
}

/// The same; `now` is called before its bytes are written.
pub(crate) fn ask_at(method: &str, address: &Url, form: &str, now: impl FnOnce()) -> String {
    let authority = format!(
        "{}:{}",
        address.host_str().unwrap(),
        address.port().unwrap()
    );
    let target = &address[url::Position::BeforePath..url::Position::AfterQuery];
    let kind = "application/x-www-form-urlencoded";
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n{}: {kind}\r\n{}: {}\r\n\r\n{form}",
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        form.len(),
    );
    let mut stream = TcpStream::connect(authority).unwrap();
    now();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
