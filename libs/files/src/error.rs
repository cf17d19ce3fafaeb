//! Why an upload or a download does not happen.
use crate::inspect::Unfit;
use crate::store::StoreError;
use kernel::Problem;

/// A closed list; `code` and `status` are what the API answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilesError {
    /// Larger than allowed (413).
    #[error("a file has at most {most} bytes")]
    TooLarge {
        /// The limit in bytes.
        most: u64,
    },
    /// Not of an allowed media type (415).
    #[error("files of the media type {found:?} are not accepted")]
    MediaTypeNotAllowed {
        /// The type as normalised.
        found: String,
    },
    /// Nothing of the name is left after cleaning, or too much (422).
    #[error("a file needs a name of at most {most} characters")]
    NameInvalid {
        /// The limit in characters.
        most: usize,
    },
    /// The aggregate holds as many as it may (409).
    #[error("there are already {most} files")]
    TooMany {
        /// The limit per aggregate.
        most: u32,
    },
    /// No such file of this aggregate (404).
    #[error("no such file")]
    NotFound,
    /// The context looked into it, and does not take it.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The upload broke off (400).
    #[error("the upload broke off")]
    Interrupted,
    /// The store or the database does not answer (503). Logged where it happened.
    #[error("files cannot be stored or read now")]
    Unavailable,
}

impl FilesError {
    /// Unique in the system, stable, snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "file_too_large",
            Self::MediaTypeNotAllowed { .. } => "media_type_not_allowed",
            Self::NameInvalid { .. } => "file_name_invalid",
            Self::TooMany { .. } => "too_many_files",
            Self::NotFound => "file_not_found",
            Self::Unfit(unfit) => unfit.code,
            Self::Interrupted => "upload_interrupted",
            Self::Unavailable => "store_unavailable",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::TooLarge { .. } => 413,
            Self::MediaTypeNotAllowed { .. } => 415,
            Self::NameInvalid { .. } => 422,
            Self::TooMany { .. } => 409,
            Self::NotFound => 404,
            Self::Unfit(unfit) => unfit.status,
            Self::Interrupted => 400,
            Self::Unavailable => 503,
        }
    }

    /// What the API answers.
    pub fn problem(&self) -> Problem {
        Problem::new(self.status(), self.code(), self.to_string())
    }
}

impl From<diesel::result::Error> for FilesError {
    fn from(error: diesel::result::Error) -> Self {
        tracing::warn!(%error, "the rows of files cannot be read or written");
        Self::Unavailable
    }
}

impl From<StoreError> for FilesError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TooLarge { most } => Self::TooLarge { most },
            StoreError::Upload(error) => {
                tracing::debug!(%error, "an upload broke off");
                Self::Interrupted
            }
            StoreError::Io(error) => {
                tracing::error!(%error, "the object store does not work");
                Self::Unavailable
            }
        }
    }
}
