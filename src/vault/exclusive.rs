//! Lets one program at a time make or change the key.
//!
//! Two windows that both found no key would otherwise both make one, and what the slower one's predecessor sealed would be lost.
//! Knows nothing of keys.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use super::Error;

const LOCK_FILE: &str = "vault.lock";

/// Waits until no other program holds `folder`; held until the file is dropped, also by being killed.
pub(super) fn hold(folder: &Path) -> Result<File, Error> {
    let path = folder.join(LOCK_FILE);
    match fs::symlink_metadata(&path) {
        Ok(found) if !found.is_file() => {
            let source = io::Error::other("not a plain file");
            return Err(Error::io(&path)(source));
        }
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(Error::io(&path))?;
    file.lock().map_err(Error::io(&path))?;
    Ok(file)
}
