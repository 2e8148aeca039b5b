//! Reads rows straight from the bytes of a SQLite file, without SQLite: whatever leaf of a table is whole gives its rows.
//!
//! SQLite itself finds rows by way of a root; where that is broken, it gives none of them. The layout is that of
//! <https://www.sqlite.org/fileformat2.html>. Knows nothing of what rows mean, and trusts no number it reads.

use rusqlite::types::Value;

/// What is read of a file at most; ours are far smaller.
pub(super) const LONGEST: u64 = 256 * 1024 * 1024;

/// The size of a page where the file doesn't say.
const USUAL_PAGE: usize = 4096;

/// The first page begins with this much about the file.
const FILE_HEADER: usize = 100;

/// The first byte of a page with rows.
const TABLE_LEAF: u8 = 0x0d;

/// Columns that any of our tables might have, and more.
const MOST_COLUMNS: usize = 64;

/// One row of some table.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) fields: Vec<Value>,
}

/// The rows that could be read, and how many were seen that could not.
pub(super) fn rows(file: &[u8]) -> (Vec<Row>, usize) {
    let page_size = page_size(file);
    let pages = Pages { file, page_size };
    let (mut rows, mut broken) = (Vec::new(), 0);
    for (number, page) in file.chunks(page_size).enumerate() {
        let start = if number == 0 { FILE_HEADER } else { 0 };
        for cell in cells(page, start) {
            match pages.row(page, cell) {
                Some(row) => rows.push(row),
                None => broken += 1,
            }
        }
    }
    (rows, broken)
}

fn page_size(file: &[u8]) -> usize {
    match number(file, 16, 2) {
        Some(1) => 65536,
        Some(size) if size.is_power_of_two() && size >= 512 => size,
        _ => USUAL_PAGE,
    }
}

/// Where the cells of a page begin, if it is one with rows.
fn cells(page: &[u8], start: usize) -> Vec<usize> {
    if page.get(start) != Some(&TABLE_LEAF) {
        return Vec::new();
    }
    let count = number(page, start + 3, 2).unwrap_or_default();
    let mut cells = Vec::new();
    let mut first = page.len();
    for cell in 0..count {
        let pointer = start + 8 + cell * 2;
        // What is said to be a pointer and is within a cell already is none: the count is a lie.
        let Some(at) = number(page, pointer, 2).filter(|_| pointer < first) else {
            break;
        };
        first = first.min(at.max(pointer));
        cells.push(at);
    }
    cells
}

struct Pages<'a> {
    file: &'a [u8],
    page_size: usize,
}

impl Pages<'_> {
    fn row(&self, page: &[u8], cell: usize) -> Option<Row> {
        let (length, after_length) = varint(page, cell)?;
        let (id, start) = varint(page, after_length)?;
        let length = usize::try_from(length).ok()?;
        let payload = self.payload(page, start, length)?;
        Some(Row {
            id: id.cast_signed(),
            fields: fields(&payload)?,
        })
    }

    /// What a cell holds, the part on other pages included.
    fn payload(&self, page: &[u8], start: usize, length: usize) -> Option<Vec<u8>> {
        if length > self.file.len() {
            return None;
        }
        let here = self.kept_here(length);
        let mut payload = slice(page, start, here)?.to_vec();
        if here == length {
            return Some(payload);
        }
        let mut next = number(page, start + here, 4)?;
        while payload.len() < length {
            let page = slice(
                self.file,
                next.checked_sub(1)? * self.page_size,
                self.page_size,
            )?;
            let part = (length - payload.len()).min(self.page_size - 4);
            payload.extend_from_slice(slice(page, 4, part)?);
            next = number(page, 0, 4)?;
        }
        Some(payload)
    }

    /// How much of a payload is in the cell itself.
    const fn kept_here(&self, length: usize) -> usize {
        let most = self.page_size - 35;
        if length <= most {
            return length;
        }
        let least = (self.page_size - 12) * 32 / 255 - 23;
        let fitting = least + (length - least) % (self.page_size - 4);
        if fitting <= most { fitting } else { least }
    }
}

fn fields(payload: &[u8]) -> Option<Vec<Value>> {
    let (header, mut place) = varint(payload, 0)?;
    let mut at = usize::try_from(header).ok()?;
    let end = at;
    let mut fields = Vec::new();
    while place < end {
        let (kind, next) = varint(payload, place)?;
        let (value, length) = field(payload, at, kind)?;
        fields.push(value);
        (place, at) = (next, at.checked_add(length)?);
        if fields.len() > MOST_COLUMNS {
            return None;
        }
    }
    (at == payload.len()).then_some(fields)
}

fn field(payload: &[u8], at: usize, kind: u64) -> Option<(Value, usize)> {
    let integer = |length: usize| -> Option<(Value, usize)> {
        let bytes = slice(payload, at, length)?;
        let negative = bytes.first().is_some_and(|first| *first >= 0x80);
        let begin = if negative { -1_i64 } else { 0 };
        let value = bytes
            .iter()
            .fold(begin, |value, byte| (value << 8) | i64::from(*byte));
        Some((Value::Integer(value), length))
    };
    match kind {
        0 => Some((Value::Null, 0)),
        1..=4 => integer(usize::try_from(kind).ok()?),
        5 => integer(6),
        6 => integer(8),
        7 => {
            let bytes = slice(payload, at, 8)?.try_into().ok()?;
            Some((Value::Real(f64::from_be_bytes(bytes)), 8))
        }
        8 => Some((Value::Integer(0), 0)),
        9 => Some((Value::Integer(1), 0)),
        10 | 11 => None,
        _ => {
            let length = usize::try_from((kind - 12) / 2).ok()?;
            let bytes = slice(payload, at, length)?;
            let value = if kind.is_multiple_of(2) {
                Value::Blob(bytes.to_vec())
            } else {
                Value::Text(String::from_utf8_lossy(bytes).into_owned())
            };
            Some((value, length))
        }
    }
}

/// A number of one to nine bytes, and where it ends.
fn varint(bytes: &[u8], start: usize) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for length in 0..9 {
        let byte = *bytes.get(start.checked_add(length)?)?;
        if length == 8 {
            return Some(((value << 8) | u64::from(byte), start + 9));
        }
        value = (value << 7) | u64::from(byte & 0x7f);
        if byte < 0x80 {
            return Some((value, start + length + 1));
        }
    }
    None
}

fn number(bytes: &[u8], start: usize, length: usize) -> Option<usize> {
    let bytes = slice(bytes, start, length)?;
    Some(
        bytes
            .iter()
            .fold(0, |value, byte| (value << 8) | usize::from(*byte)),
    )
}

fn slice(bytes: &[u8], start: usize, length: usize) -> Option<&[u8]> {
    bytes.get(start..start.checked_add(length)?)
}
