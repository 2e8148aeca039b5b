//! Pictures of the virtual screen, read from the file in which the X server keeps it; it doesn't know what is on them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

/// The virtual screen.
#[derive(Debug)]
pub struct Screen {
    framebuffer: PathBuf,
}

/// The words of the X window dump's header that matter here, by their position.
/// <https://gitlab.freedesktop.org/xorg/proto/xorgproto/-/blob/master/include/X11/XWDFile.h>
mod header {
    pub(super) const SIZE: usize = 0;
    pub(super) const WIDTH: usize = 4;
    pub(super) const HEIGHT: usize = 5;
    pub(super) const BITS_PER_PIXEL: usize = 11;
    pub(super) const BYTES_PER_LINE: usize = 12;
    pub(super) const COLORS: usize = 19;
    /// The size of one entry in the color table between header and pixels.
    pub(super) const COLOR_SIZE: usize = 12;
}

/// A picture of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Screen {
    /// The screen whose picture is kept in this file.
    pub fn at(framebuffer: PathBuf) -> Self {
        Self { framebuffer }
    }

    /// What is on the screen now.
    pub fn picture(&self) -> Result<Picture> {
        let dump = fs::read(&self.framebuffer)
            .with_context(|| format!("reading the screen from {}", self.framebuffer.display()))?;
        Picture::from_window_dump(&dump)
    }
}

impl Picture {
    /// Reads an X window dump of a 24-bit screen.
    fn from_window_dump(dump: &[u8]) -> Result<Self> {
        let word = |index: usize| -> Result<usize> {
            let bytes = dump
                .get(index * 4..index * 4 + 4)
                .context("the screen's header is cut short")?;
            Ok(u32::from_be_bytes(bytes.try_into()?).try_into()?)
        };
        ensure!(
            word(header::BITS_PER_PIXEL)? == 32,
            "the screen has no 32 bits per pixel"
        );
        let (width, height) = (word(header::WIDTH)?, word(header::HEIGHT)?);
        let start = word(header::SIZE)? + word(header::COLORS)? * header::COLOR_SIZE;
        let pixels = dump.get(start..).context("the screen has no pixels")?;
        let mut rgb = Vec::with_capacity(width * height * 3);
        for line in pixels.chunks(word(header::BYTES_PER_LINE)?).take(height) {
            for pixel in line.chunks_exact(4).take(width) {
                // The least significant byte comes first: blue, green, red, unused.
                rgb.extend(pixel.iter().take(3).rev());
            }
        }
        ensure!(
            rgb.len() == width * height * 3,
            "the screen's pixels are cut short"
        );
        Ok(Self {
            width: width.try_into()?,
            height: height.try_into()?,
            rgb,
        })
    }

    /// Whether everything has one color, as before the window's first frame.
    pub fn is_blank(&self) -> bool {
        let mut pixels = self.rgb.chunks_exact(3);
        let first = pixels.next();
        pixels.all(|pixel| Some(pixel) == first)
    }

    /// Writes the picture as a PNG.
    pub fn save(&self, path: &Path) -> Result<()> {
        let file = fs::File::create(path).with_context(|| format!("writing {}", path.display()))?;
        let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dump of one line of two pixels, red and blue, behind one color table entry.
    fn dump() -> Vec<u8> {
        let mut words = [0_u32; 25];
        words[header::SIZE] = 100;
        words[header::WIDTH] = 2;
        words[header::HEIGHT] = 1;
        words[header::BITS_PER_PIXEL] = 32;
        words[header::BYTES_PER_LINE] = 8;
        words[header::COLORS] = 1;
        let mut dump: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        dump.extend([0; header::COLOR_SIZE]);
        dump.extend([0, 0, 255, 0, 255, 0, 0, 0]);
        dump
    }

    #[test]
    fn a_window_dump_becomes_red_green_blue() {
        let picture = Picture::from_window_dump(&dump()).unwrap();
        assert_eq!(
            picture,
            Picture {
                width: 2,
                height: 1,
                rgb: vec![255, 0, 0, 0, 0, 255]
            }
        );
        assert!(!picture.is_blank());
    }

    #[test]
    fn a_dump_that_is_cut_short_is_refused() {
        let dump = dump();
        for length in [0, 50, 100, dump.len() - 1] {
            assert!(
                Picture::from_window_dump(&dump[..length]).is_err(),
                "at {length} bytes"
            );
        }
    }
}
