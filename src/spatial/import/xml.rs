//! What the XML formats share: elements one after the other, with their text.

use std::io::BufReader;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::input::{self, Meter, as_text, encoding_named};
use super::row::Stop;
use super::{File, ImportError};

/// Elements deeper than this are no map data.
const MAX_DEPTH: usize = 256;

/// What happens in a document.
pub(super) enum Step {
    /// An element begins; its own name, and attributes.
    Open(String, Vec<(String, String)>),
    /// An element ends, with the text that stood directly in it.
    Close(String, String),
    /// The document is over.
    End,
}

/// A document read step by step.
pub(super) struct Document {
    reader: Reader<BufReader<Box<dyn std::io::Read>>>,
    buffer: Vec<u8>,
    /// The elements that are open, with their text so far.
    open: Vec<(String, String)>,
    seen_root: bool,
    /// An element without content has begun and ends next.
    pending: Option<String>,
    pub meter: Meter,
}

impl Document {
    pub fn open(file: &File) -> Result<Self, ImportError> {
        let encoding = match file.encoding {
            Some(encoding) => encoding,
            None => declared(file)?,
        };
        let (bytes, meter) = input::open(&file.path)?;
        let text: Box<dyn std::io::Read> = Box::new(as_text(bytes, encoding));
        let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, text));
        reader.config_mut().expand_empty_elements = false;
        Ok(Self { reader, buffer: Vec::new(), open: Vec::new(), seen_root: false, pending: None, meter })
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    pub fn step(&mut self) -> Result<Step, Stop> {
        if let Some(name) = self.pending.take() {
            return Ok(Step::Close(name, String::new()));
        }
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer);
            let event = event.map_err(|error| {
                // The reader wraps what the bytes below said.
                Stop::Broken(format!("byte {} of the text: {error}", self.reader.error_position()))
            })?;
            let text = match event {
                Event::Start(start) => {
                    let (name, attributes) = opened(&start)?;
                    if self.open.len() >= MAX_DEPTH {
                        return Err(Stop::Broken(format!("more than {MAX_DEPTH} elements inside each other")));
                    }
                    self.open.push((name.clone(), String::new()));
                    self.seen_root = true;
                    return Ok(Step::Open(name, attributes));
                }
                Event::Empty(start) => {
                    let (name, attributes) = opened(&start)?;
                    self.pending = Some(name.clone());
                    self.seen_root = true;
                    return Ok(Step::Open(name, attributes));
                }
                Event::End(_) => {
                    let Some((name, text)) = self.open.pop() else {
                        return Err(Stop::Broken("an element ends that has not begun".to_owned()));
                    };
                    return Ok(Step::Close(name, text));
                }
                Event::Eof if !self.open.is_empty() => {
                    let name = self.open.last().map(|(name, _)| name.as_str()).unwrap_or_default();
                    return Err(Stop::Broken(format!("the file ends inside <{name}>")));
                }
                Event::Eof if !self.seen_root => return Err(Stop::Broken("there is no XML in it".to_owned())),
                Event::Eof => return Ok(Step::End),
                Event::Text(text) => text.xml10_content().into_owned(),
                Event::CData(text) => text.xml10_content().into_owned(),
                Event::GeneralRef(name) => match name.resolve_char_ref() {
                    Ok(Some(letter)) => letter.to_string(),
                    // Entities of the document's own making are not expanded: they are how XML bombs are made.
                    _ => resolve_predefined_entity(&name.xml10_content()).unwrap_or_default().to_owned(),
                },
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            };
            if let Some((_, so_far)) = self.open.last_mut() {
                so_far.push_str(&text);
            }
        }
    }
}

fn opened(start: &BytesStart<'_>) -> Result<(String, Vec<(String, String)>), Stop> {
    let name = start.local_name().as_ref().to_owned();
    let mut attributes = Vec::new();
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| Stop::Broken(format!("<{name}>: {error}")))?;
        let key = attribute.key.local_name().as_ref().to_owned();
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| Stop::Broken(format!("<{name}>: {error}")))?;
        attributes.push((key, value.into_owned()));
    }
    Ok((name, attributes))
}

/// The encoding that the document's first line declares, or that its bytes look like.
fn declared(file: &File) -> Result<&'static encoding_rs::Encoding, ImportError> {
    use std::io::Read;
    let (reader, _) = input::open(&file.path)?;
    let mut head = Vec::new();
    // Broken bytes are told of when the rows are read.
    let _ = reader.take(200).read_to_end(&mut head);
    let head = String::from_utf8_lossy(&head);
    let line = head.split("?>").next().unwrap_or_default();
    let named = line.split("encoding=").nth(1).and_then(|rest| {
        let quote = rest.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
        rest.split(quote).nth(1)
    });
    match named {
        Some(name) => encoding_named(name),
        None => Ok(encoding_rs::UTF_8),
    }
}

/// The value of an attribute.
pub(super) fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
