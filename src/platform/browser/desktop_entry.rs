//! Reads a desktop entry and its command line, as the [Desktop Entry Specification][spec] has them.
//!
//! Knows nothing of folders and starts nothing; names stay in the language of the file.
//!
//! [spec]: https://specifications.freedesktop.org/desktop-entry-spec/latest/

/// What a browser's desktop entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DesktopEntry {
    /// What people call it.
    pub name: String,
    /// The command line, with its quotes and field codes.
    pub exec: String,
    /// The program without which the entry doesn't count.
    pub try_exec: Option<String>,
}

/// Reads an entry, if it is of a browser that can be started from a menu.
pub(super) fn browser_entry(text: &str) -> Option<DesktopEntry> {
    let value = |key: &str| value_of(text, key);
    let is_set = |key: &str| value(key).is_some_and(|value| value == "true");
    let opens_https = value("MimeType")?
        .split(';')
        .any(|kind| kind == "x-scheme-handler/https");
    let is_offered = value("Type")? == "Application"
        && !["Hidden", "NoDisplay", "Terminal"].into_iter().any(is_set);
    (opens_https && is_offered).then_some(())?;
    Some(DesktopEntry {
        name: unescaped(value("Name")?)?,
        exec: unescaped(value("Exec")?)?,
        try_exec: value("TryExec").and_then(unescaped),
    })
}

/// The value of a key in the entry's own group.
fn value_of<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| *line == "[Desktop Entry]")?;
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim_end() == wanted)
        .map(|(_, value)| value.trim_start())
}

/// Undoes the escapes of a value of the type string.
fn unescaped(value: &str) -> Option<String> {
    let mut text = String::new();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next()? {
            's' => text.push(' '),
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            '\\' => text.push('\\'),
            // The specification knows no other, but files have them where the command line's own escapes are meant.
            other => text.extend(['\\', other]),
        }
    }
    Some(text)
}

/// The words of a command line with the address in its place, or at the end where none is kept for it.
///
/// `None` where the line breaks the specification: no word, an open quote, a field code that doesn't exist.
pub(super) fn command_line(exec: &str, address: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut placed = false;
    let mut letters = exec.trim().chars().peekable();
    while letters.peek().is_some() {
        let (word, was_placed) = next_word(&mut letters, address)?;
        placed |= was_placed;
        words.extend(word);
        while letters.next_if_eq(&' ').is_some() {}
    }
    if !placed {
        words.push(address.to_owned());
    }
    (words.len() > 1 && words.first()? != address).then_some(words)
}

/// The next word, and whether the address is in it; no word where it was a field code that stands for nothing.
fn next_word(
    letters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    address: &str,
) -> Option<(Option<String>, bool)> {
    let (mut word, mut placed, mut any) = (String::new(), false, false);
    while let Some(letter) = letters.next_if(|letter| *letter != ' ') {
        match letter {
            '"' => {
                quoted(letters, &mut word)?;
                any = true;
            }
            '%' => match letters.next()? {
                '%' => word.push('%'),
                'u' | 'U' | 'f' | 'F' => {
                    word.push_str(address);
                    placed = true;
                }
                // The icon, the name and the file's own place, and what the specification has given up.
                'i' | 'c' | 'k' | 'd' | 'D' | 'n' | 'N' | 'v' | 'm' => {}
                _ => return None,
            },
            letter => word.push(letter),
        }
    }
    any |= !word.is_empty();
    Some((any.then_some(word), placed))
}

/// Reads up to the closing quote; nothing is replaced in there.
fn quoted(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, word: &mut String) -> Option<()> {
    loop {
        match letters.next()? {
            '"' => return Some(()),
            '\\' => word.push(letters.next()?),
            letter => word.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://a.example/?a=1&b=$(id)&c=%u";

    fn words(exec: &str) -> Option<Vec<String>> {
        let words = command_line(exec, ADDRESS)?;
        let short = |word: String| word.replace(ADDRESS, "URL");
        Some(words.into_iter().map(short).collect())
    }

    #[test]
    fn a_command_line_becomes_words_with_the_address_as_one() {
        for (exec, expected) in [
            ("firefox %u", vec!["firefox", "URL"]),
            ("/usr/bin/chromium %U", vec!["/usr/bin/chromium", "URL"]),
            ("browser", vec!["browser", "URL"]),
            ("browser  --new   %F  ", vec!["browser", "--new", "URL"]),
            ("browser --url=%u", vec!["browser", "--url=URL"]),
            ("browser %i --x %c %k %u", vec!["browser", "--x", "URL"]),
            ("browser 100%% %u", vec!["browser", "100%", "URL"]),
            ("\"/opt/My Browser/b\" %u", vec!["/opt/My Browser/b", "URL"]),
            (
                r#"b "a \"b\" \$c \\ %u" %u"#,
                vec!["b", r#"a "b" $c \ %u"#, "URL"],
            ),
            ("b \"\" %u", vec!["b", "", "URL"]),
            ("b $(touch x);y %u", vec!["b", "$(touch", "x);y", "URL"]),
            (
                "flatpak run --file-forwarding org.b @@u %U @@",
                vec![
                    "flatpak",
                    "run",
                    "--file-forwarding",
                    "org.b",
                    "@@u",
                    "URL",
                    "@@",
                ],
            ),
        ] {
            assert_eq!(words(exec).unwrap(), expected, "{exec}");
        }
    }

    #[test]
    fn a_command_line_that_breaks_the_specification_is_no_command() {
        for broken in ["", " ", "%u", "b \"open", "b %", "b %z", "b \"a\\"] {
            assert_eq!(words(broken), None, "{broken}");
        }
    }

    #[test]
    fn only_what_opens_https_and_is_offered_is_a_browser() {
        let head =
            "# A browser\n[Desktop Entry]\nType=Application\nName=B\nName[de]=C\nExec=b %u\n";
        let https = "MimeType=text/html;x-scheme-handler/https;\n";
        let entry = browser_entry(&format!("{head}{https}[Desktop Action new]\nExec=c\n")).unwrap();
        assert_eq!((entry.name.as_str(), entry.exec.as_str()), ("B", "b %u"));
        for other in [
            "MimeType=x-scheme-handler/http;x-scheme-handler/https-a\n".to_owned(),
            "[Desktop Action new]\nMimeType=x-scheme-handler/https;\n".to_owned(),
            format!("{https}Hidden=true\n"),
            format!("{https}NoDisplay=true\n"),
            format!("{https}Terminal = true\n"),
        ] {
            assert_eq!(browser_entry(&format!("{head}{other}")), None, "{other}");
        }
        assert_eq!(browser_entry(&head.replace("Application", "Link")), None);
        assert_eq!(browser_entry(""), None);
    }

    #[test]
    fn a_values_escapes_come_before_the_command_lines() {
        let text = "[Desktop Entry]\nType=Application\nName=A\\sB\nMimeType=x-scheme-handler/https\n\
                    Exec=b \"a\\\\\\\\b\" \"c\\\\\"d\" \"\\$e\" %u\n";
        let entry = browser_entry(text).unwrap();
        assert_eq!(entry.name, "A B");
        let expected = ["b", "a\\b", "c\"d", "$e", "URL"];
        assert_eq!(words(&entry.exec).unwrap(), expected);
    }
}
