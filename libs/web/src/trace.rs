//! The trace that a request belongs to: W3C `traceparent`, taken from the caller or begun here.
use actix_web::{HttpMessage, HttpRequest};
use uuid::Uuid;

/// The name of the header.
pub const TRACEPARENT: &str = "traceparent";

/// A request's place in a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace(String);

impl Trace {
    /// The trace of this request; the same for whoever asks.
    pub fn of(req: &HttpRequest) -> Self {
        if let Some(trace) = req.extensions().get::<Self>() {
            return trace.clone();
        }
        let sent = req.headers().get(TRACEPARENT).and_then(|value| value.to_str().ok());
        let trace = sent.and_then(Self::read).unwrap_or_else(Self::begin);
        req.extensions_mut().insert(trace.clone());
        trace
    }

    /// Reads a `traceparent` of version 00; anything else is not one.
    fn read(text: &str) -> Option<Self> {
        let is_hex = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let is_set = |part: &str| part.bytes().any(|b| b != b'0');
        let parts: Vec<_> = text.split('-').collect();
        let &["00", trace, span, flags] = parts.as_slice() else { return None };
        let lengths = (trace.len(), span.len(), flags.len());
        let is_whole = lengths == (32, 16, 2) && [trace, span, flags].into_iter().all(is_hex);
        (is_whole && is_set(trace) && is_set(span)).then(|| Self(text.to_owned()))
    }

    fn begin() -> Self {
        let (trace, span) = (Uuid::now_v7().simple().to_string(), Uuid::now_v7().simple().to_string());
        Self(format!("00-{trace}-{}-01", &span[16..]))
    }

    /// The whole header: the correlation of commands and messages.
    pub fn parent(&self) -> &str {
        &self.0
    }

    /// The trace id alone, 32 hex digits: what problems and logs carry.
    pub fn id(&self) -> &str {
        self.0.get(3..35).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_traceparent_is_taken_and_anything_else_is_not() {
        let whole = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(Trace::read(whole).unwrap().parent(), whole);
        assert_eq!(Trace::read(whole).unwrap().id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(Trace::read(bad), None, "{bad}");
        }
        assert_eq!(Trace::read(Trace::begin().parent()).unwrap().id().len(), 32);
    }
}
