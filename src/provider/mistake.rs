//! Mistakes in provider files: the place, the key, and what was expected there.
//!
//! Never repeats a value: somebody may have put a secret where none belongs.

use std::ops::Range;

/// A mistake in a provider file, or why the file could not be used at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// The file's name.
    pub file: String,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The key; empty where the whole file is meant.
    pub key: String,
    /// What was expected.
    pub expected: String,
}

/// A mistake by its byte range; the line is counted when the whole list is known.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) span: Option<Range<usize>>,
    pub(super) key: String,
    pub(super) expected: String,
}

impl Mistake {
    pub(super) fn at(span: Range<usize>, key: &str, expected: impl Into<String>) -> Self {
        Self {
            span: Some(span),
            key: key.to_owned(),
            expected: expected.into(),
        }
    }

    pub(super) fn of_file(key: &str, expected: impl Into<String>) -> Self {
        Self {
            span: None,
            key: key.to_owned(),
            expected: expected.into(),
        }
    }

    /// What the TOML reader found wrong, without the value it found.
    pub(super) fn of_toml(error: &toml::de::Error, text: &str) -> Self {
        let message = error.message().lines().next().unwrap_or_default();
        if let Some(key) = quoted_after(message, "missing field ") {
            return Self::of_file(key, "this key, which every such entry needs");
        }
        let span = error.span();
        if let Some(key) = quoted_after(message, "unknown field ") {
            return Self {
                span,
                ..Self::of_file(key, "a key that provider files know")
            };
        }
        let key = span.clone().map(|span| key_at(text, span.start));
        let expected = match message.split_once("expected ") {
            Some((_, expected)) => expected.to_owned(),
            None if message.contains("duplicate") => "each key once".to_owned(),
            None => "TOML".to_owned(),
        };
        Self {
            span,
            ..Self::of_file(&key.unwrap_or_default(), expected)
        }
    }

    pub(super) fn in_file(self, file: &str, text: &str) -> FileProblem {
        FileProblem {
            file: file.to_owned(),
            line: self.span.map(|span| line_of(text, span.start)),
            key: self.key,
            expected: self.expected,
        }
    }
}

fn quoted_after<'a>(message: &'a str, words: &str) -> Option<&'a str> {
    let quoted = message.strip_prefix(words)?.strip_prefix('`')?;
    quoted.split_once('`').map(|(key, _)| key)
}

fn line_of(text: &str, at: usize) -> usize {
    let before = text.bytes().take(at);
    1 + before.filter(|byte| *byte == b'\n').count()
}

/// The key on the line of this place, or on the nearest line above that has one.
fn key_at(text: &str, at: usize) -> String {
    let lines: Vec<&str> = text.lines().take(line_of(text, at)).collect();
    let key = |line: &&str| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim();
        let is_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        (!key.is_empty() && key.bytes().all(is_key)).then(|| key.to_owned())
    };
    lines.iter().rev().find_map(key).unwrap_or_default()
}
