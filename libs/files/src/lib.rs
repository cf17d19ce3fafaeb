//! Uploads: contents in an object store under their SHA-256, rows in Postgres that say whose they are.
//!
//! Owns: the table `files` of each context, the [`Store`] port and its local folder, the limits on uploads, the purge,
//! when contents are looked into ([`Inspect`]).
//! Does not own: who may upload or read (the aggregate's `relation`, asked by the caller first), HTTP headers (`web`),
//! which event refers to a file (the context, which calls [`mark_referenced`] in its views), what is seen in contents.
//!
//! Invariants: a committed row has its contents; contents are never deleted while a row points to them, whatever is
//! uploaded at the same moment; a file that an event refers to is never purged. What a crash may leave behind is
//! contents without a row: they cost room and nothing else, and the next upload of the same bytes takes them over.
//!
//! A store adapter for S3 fits the port (multipart upload to a staging key, server-side copy to the hash) but is not
//! built: the client libraries bring a TLS stack of their own.
//!
//! Start at [`Files`].

mod error;
mod files;
mod inspect;
mod limits;
mod local;
mod rows;
mod store;

pub use error::FilesError;
pub use files::{Files, Purged, Upload};
pub use inspect::{Inspect, Unfit};
pub use limits::Limits;
pub use local::LocalFolder;
pub use rows::{FileRow, mark_referenced, of, refs};
pub use store::{Contents, Staged, Store, StoreError};
