//! An address with places for column, row and level, and the user's key. The key is kept apart from the address as soon as
//! it is read, so that whatever names the source can be shown, written down and hashed without it.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::AddressFault;
use super::tiling::{Tile, Tiling};

/// Longer addresses are no addresses.
const LONGEST: usize = 2000;
/// Names under which services take keys.
const KEY_NAMES: [&str; 9] =
    ["tk", "key", "token", "ak", "access_token", "apikey", "api_key", "api-key", "subscription-key"];

/// A secret of the user's. It is written into a request and into the profile, and shown nowhere.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(pub String);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// Where tiles are asked for, such as `https://t{s}.example/{z}/{x}/{y}.png?tk={key}`.
///
/// `{z}`, `{x}`, `{y}` are level, column and row; `{-y}` is the row counted from the south; `{s}` one of the hosts' numbers or
/// letters (0 to 7 unless said: `{s:abc}`); `{key}` the user's key. The names of WMTS, `{TileMatrix}`, `{TileCol}` and
/// `{TileRow}`, mean the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// As it may be shown: with `{key}` where the key goes.
    text: String,
    parts: Vec<Part>,
    key: Key,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Text(String),
    Level,
    Column,
    Row,
    RowFromSouth,
    Host(Vec<char>),
    Key,
}

impl Address {
    /// Reads an address. A key that stands in it as it does in a browser (`tk=0123…`) is taken out; `key` is used when it is
    /// not empty.
    ///
    /// # Errors
    /// [`AddressFault`], which never repeats the address.
    pub fn read(text: &str, key: &Key) -> Result<Self, AddressFault> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(AddressFault::Long(LONGEST));
        }
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        // Somebody's name and password before the host would be shown and written down with the address.
        if host.is_empty() || host.contains(['@', ' ', '\\']) || text.contains(char::is_control) {
            return Err(AddressFault::Scheme);
        }
        let (text, found) = take_key(text);
        let key = if key.0.trim().is_empty() { found } else { Key(key.0.trim().to_owned()) };
        let parts = parts(&text)?;
        for (name, wanted) in [("z", Part::Level), ("x", Part::Column)] {
            if !parts.contains(&wanted) {
                return Err(AddressFault::Missing(name));
            }
        }
        if !parts.contains(&Part::Row) && !parts.contains(&Part::RowFromSouth) {
            return Err(AddressFault::Missing("y"));
        }
        if parts.contains(&Part::Key) && key.0.is_empty() {
            return Err(AddressFault::NoKey);
        }
        Ok(Self { text, parts, key })
    }

    /// The address as it may be shown.
    pub fn shown(&self) -> &str {
        &self.text
    }

    /// How its tiles are cut: in degrees where the address names the matrix set `c`, as that of Tianditu is called in CGCS2000;
    /// else in Web Mercator. Other sets in degrees count their levels each in its own way and are not guessed.
    pub fn tiling(&self) -> Tiling {
        let text = self.text.to_ascii_lowercase();
        let query = text.split_once('?').map_or("", |(_, query)| query);
        let in_degrees = query.split('&').any(|pair| pair == "tilematrixset=c");
        if in_degrees { Tiling::Degrees } else { Tiling::Mercator }
    }

    /// The user's key, for the profile.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// What names the source wherever its tiles are kept: the same for every key.
    pub fn identity(&self) -> String {
        let digest = Sha256::digest(self.text.as_bytes());
        hex::encode(&digest[..12])
    }

    /// The address of one tile, with the key: for the request only.
    pub fn of(&self, tile: Tile) -> String {
        let mut out = String::with_capacity(self.text.len() + self.key.0.len() + 16);
        let rows = self.tiling().extent(tile.z).map_or(0, |[_, rows]| rows);
        for part in &self.parts {
            // Writing to a string does not fail.
            let _ = match part {
                Part::Text(text) => out.write_str(text),
                Part::Level => write!(out, "{}", tile.z),
                Part::Column => write!(out, "{}", tile.x),
                Part::Row => write!(out, "{}", tile.y),
                Part::RowFromSouth => write!(out, "{}", rows.saturating_sub(tile.y + 1)),
                // Always the same host for a tile, so that what lies between may keep it.
                Part::Host(hosts) => write!(out, "{}", hosts[(tile.x + tile.y) as usize % hosts.len()]),
                Part::Key => {
                    escape(&self.key.0, &mut out);
                    Ok(())
                }
            };
        }
        out
    }
}

/// Puts `{key}` in the place of a key that stands in the address, and tells it.
fn take_key(text: &str) -> (String, Key) {
    let Some((before, query)) = text.split_once('?') else { return (text.to_owned(), Key::default()) };
    let mut key = Key::default();
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if KEY_NAMES.contains(&name.to_ascii_lowercase().as_str()) => {
                if !value.is_empty() && !value.starts_with('{') {
                    key = Key(value.to_owned());
                }
                format!("{name}={{key}}")
            }
            _ => pair.to_owned(),
        })
        .collect();
    (format!("{before}?{}", pairs.join("&")), key)
}

fn parts(text: &str) -> Result<Vec<Part>, AddressFault> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let (name, after) =
            after.split_once('}').ok_or_else(|| AddressFault::Unknown(after.chars().take(12).collect()))?;
        parts.push(match name.to_ascii_lowercase().as_str() {
            "z" | "tilematrix" => Part::Level,
            "x" | "tilecol" => Part::Column,
            "y" | "tilerow" => Part::Row,
            "-y" => Part::RowFromSouth,
            "key" | "tk" => Part::Key,
            "s" => Part::Host(('0'..='7').collect()),
            other => match other.strip_prefix("s:").filter(|hosts| {
                !hosts.is_empty() && hosts.len() <= 16 && hosts.chars().all(|letter| letter.is_ascii_alphanumeric())
            }) {
                Some(hosts) => Part::Host(hosts.chars().collect()),
                None => return Err(AddressFault::Unknown(name.chars().take(24).collect())),
            },
        });
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}

fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// Layers of Tianditu, the national service, by which an address is made for the user's key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tianditu {
    /// Drawn map.
    Vec,
    /// Names for the drawn map.
    Cva,
    /// Imagery.
    Img,
    /// Names for imagery.
    Cia,
}

impl Tianditu {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Vec, Self::Cva, Self::Img, Self::Cia];

    /// The address of its tiles in Web Mercator.
    pub fn address(self) -> String {
        let layer = match self {
            Self::Vec => "vec",
            Self::Cva => "cva",
            Self::Img => "img",
            Self::Cia => "cia",
        };
        format!(
            "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}\
             &STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={{key}}"
        )
    }
}
