//! What a container runs.

use std::fmt;

use innovate_aws::name::RepositoryUri;
use innovate_core::{Str, literal::reject};

use crate::{AnyCluster, ClusterOutsideProduction};

/// An image by its digest: what was tested is what runs, on every node and after every restart.
/// [`image!`](crate::image!) makes one that the compiler has checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image(Str);

/// An image by a tag of an immutable repository. Production takes none.
/// [`tagged_image!`](crate::tagged_image!) makes one that the compiler has checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedImage(Str);

/// Names an image: [`Image`] by digest, [`TaggedImage`] by tag.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no image",
    label = "expected an image",
    note = "`image!(\"registry/repository@sha256:..\")` names one by its digest"
)]
pub trait ContainerImage {
    /// Which clusters may run it.
    type Needs;

    /// The reference, as the container runtime reads it.
    fn reference(&self) -> &str;
}

impl ContainerImage for Image {
    type Needs = AnyCluster;

    fn reference(&self) -> &str {
        &self.0
    }
}

impl ContainerImage for TaggedImage {
    type Needs = ClusterOutsideProduction;

    fn reference(&self) -> &str {
        &self.0
    }
}

/// Why a text names no image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageError {
    /// No registry: `registry.example/repository`.
    Registry,
    /// The repository is no path of lower-case names.
    Repository,
    /// No digest.
    Digest,
    /// What follows `@sha256:` isn't 64 hexadecimal digits in lower case.
    Hexadecimal,
    /// No tag.
    Tag,
    /// The tag is `latest`.
    Latest,
}

impl ImageError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Registry => "it must begin with a registry's host, as in `registry.example/app`",
            Self::Repository => {
                "the repository is lower-case letters and digits, with single `.`, `_`, `-` or `/` between"
            }
            Self::Digest => {
                "a tag can be moved to another image; name the image by its digest, `repository@sha256:..`"
            }
            Self::Hexadecimal => "`@sha256:` must be followed by 64 lower-case hexadecimal digits",
            Self::Tag => "a tag is missing, as in `repository:1.4.2`",
            Self::Latest => "`latest` is whatever was pushed last; name a version",
        }
    }
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for ImageError {}

/// What can be done with a text that names an image or a part of one, whatever decides that it does.
macro_rules! read_from_text {
    ($name:ident $what:literal $errors:literal) => {
        impl $name {
            /// Reads what the program computes, or a build has written down.
            ///
            /// # Errors
            ///
            #[doc = $errors]
            pub fn parse(text: impl Into<Str>) -> Result<Self, ImageError> {
                let text = text.into();
                match Self::refusal(&text) {
                    None => Ok(Self(text)),
                    Some(error) => Err(error),
                }
            }

            #[doc(hidden)]
            #[track_caller]
            pub const fn checked(text: &'static str) -> Self {
                match Self::refusal(text) {
                    None => Self(Str::Borrowed(text)),
                    Some(error) => {
                        reject(&["not ", $what, ": `", text, "`: ", error.message()]);
                    }
                }
            }
        }
    };
}

read_from_text! {
    Image "an image by digest"
    "If it has no registry, its repository is malformed, or it isn't by digest."
}
read_from_text! {
    Digest "a digest of an image"
    "If it isn't `sha256:` and 64 hexadecimal digits in lower case."
}
read_from_text! {
    TaggedImage "an image by tag"
    "If it has no registry, its repository is malformed, or it has no tag, or the tag `latest`."
}

impl Image {
    /// An image of a repository in ECR, such as a handle's `uri()`.
    pub fn of(repository: &RepositoryUri, digest: &Digest) -> Self {
        Self(Str::Owned(format!("{repository}@{digest}")))
    }

    /// Why `text` names no image by digest, or `None` if it does.
    pub const fn refusal(text: &str) -> Option<ImageError> {
        let (repository, digest) = split_last(text.as_bytes(), b'@');
        let Some(digest) = digest else { return Some(ImageError::Digest) };
        match digest_refusal(digest) {
            None => repository_refusal(repository),
            error => error,
        }
    }
}

/// The digest of an image: what a build pushed, and nothing else. [`digest!`](crate::digest!) makes one
/// that the compiler has checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest(Str);

impl Digest {
    /// Why `text` is no digest, or `None` if it is one.
    pub const fn refusal(text: &str) -> Option<ImageError> {
        digest_refusal(text.as_bytes())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `sha256:` and 64 hexadecimal digits.
const fn digest_refusal(digest: &[u8]) -> Option<ImageError> {
    let [b's', b'h', b'a', b'2', b'5', b'6', b':', digits @ ..] = digest else {
        return Some(ImageError::Hexadecimal);
    };
    if digits.len() != 64 {
        return Some(ImageError::Hexadecimal);
    }
    let mut rest = digits;
    while let [digit, after @ ..] = rest {
        if !matches!(digit, b'0'..=b'9' | b'a'..=b'f') {
            return Some(ImageError::Hexadecimal);
        }
        rest = after;
    }
    None
}

impl TaggedImage {
    /// An image of a repository in ECR by a tag.
    ///
    /// # Errors
    ///
    /// If it is no tag, or the tag `latest`.
    pub fn of(repository: &RepositoryUri, tag: &str) -> Result<Self, ImageError> {
        Self::parse(format!("{repository}:{tag}"))
    }

    /// Why `text` names no image by tag, or `None` if it does.
    pub const fn refusal(text: &str) -> Option<ImageError> {
        let (repository, tag) = split_last(text.as_bytes(), b':');
        let Some(tag) = tag else { return Some(ImageError::Tag) };
        if matches!(tag, b"latest") {
            return Some(ImageError::Latest);
        }
        let mut rest = tag;
        while let [byte, after @ ..] = rest {
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
                return Some(ImageError::Tag);
            }
            rest = after;
        }
        if tag.is_empty() || tag.len() > 128 || matches!(tag, [b'-' | b'.', ..]) {
            return Some(ImageError::Tag);
        }
        repository_refusal(repository)
    }
}

/// What stands before and behind the last `separator`.
const fn split_last(bytes: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let mut rest = bytes;
    while let [before @ .., byte] = rest {
        if *byte == separator {
            return (before, Some(bytes.split_at(rest.len()).1));
        }
        rest = before;
    }
    (bytes, None)
}

/// A host with a dot, then lower-case names with single separators between.
const fn repository_refusal(bytes: &[u8]) -> Option<ImageError> {
    let (mut rest, mut dots, mut names, mut previous) = (bytes, 0, 0, b'/');
    while let [byte, after @ ..] = rest {
        let separator = matches!(byte, b'.' | b'_' | b'-' | b'/' | b':');
        if !(separator || byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            return Some(ImageError::Repository);
        }
        if separator && (matches!(previous, b'.' | b'/' | b':') || after.is_empty()) {
            return Some(ImageError::Repository);
        }
        match byte {
            b'.' if names == 0 => dots += 1,
            b':' if names > 0 => return Some(ImageError::Repository),
            b'/' => names += 1,
            _ => {}
        }
        previous = *byte;
        rest = after;
    }
    if dots == 0 || names == 0 { Some(ImageError::Registry) } else { None }
}

/// An image by digest that the compiler has checked:
/// `image!("444455556666.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:..")`.
#[macro_export]
macro_rules! image {
    ($text:expr) => {{
        const IMAGE: $crate::Image = $crate::Image::checked($text);
        IMAGE
    }};
}

/// The digest of an image that the compiler has checked: `digest!("sha256:..")`.
#[macro_export]
macro_rules! digest {
    ($text:expr) => {{
        const DIGEST: $crate::Digest = $crate::Digest::checked($text);
        DIGEST
    }};
}

/// An image by tag that the compiler has checked, for stages other than production:
/// `tagged_image!("444455556666.dkr.ecr.eu-west-1.amazonaws.com/api:1.4.2")`.
#[macro_export]
macro_rules! tagged_image {
    ($text:expr) => {{
        const IMAGE: $crate::TaggedImage = $crate::TaggedImage::checked($text);
        IMAGE
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_named_by_registry_repository_and_digest() {
        let digest = "0123456789abcdef".repeat(4);
        for (text, error) in [
            (format!("registry.example/team/app@sha256:{digest}"), None),
            (format!("registry.example:5000/app@sha256:{digest}"), None),
            (format!("app@sha256:{digest}"), Some(ImageError::Registry)),
            (format!("library/app@sha256:{digest}"), Some(ImageError::Registry)),
            (format!("registry.example/App@sha256:{digest}"), Some(ImageError::Repository)),
            (format!("registry.example//app@sha256:{digest}"), Some(ImageError::Repository)),
            (format!("registry.example/app:1@sha256:{digest}"), Some(ImageError::Repository)),
            (format!("registry.example/app@sha512:{digest}"), Some(ImageError::Hexadecimal)),
            ("registry.example/app@sha256:00".to_owned(), Some(ImageError::Hexadecimal)),
            (
                format!("registry.example/app@sha256:{}", digest.to_uppercase()),
                Some(ImageError::Hexadecimal),
            ),
            ("registry.example/app:1.4.2".to_owned(), Some(ImageError::Digest)),
            ("registry.example/app".to_owned(), Some(ImageError::Digest)),
        ] {
            assert_eq!(Image::refusal(&text), error, "{text}");
        }
    }

    #[test]
    fn an_image_of_a_repository_is_named_by_its_digest() {
        use innovate_aws::{Region, account, name};
        let name = name!(RepositoryName: "innovate/api");
        let repository = RepositoryUri::new(account!("444455556666"), Region::EuWest1, name);
        let digest = Digest::parse(format!("sha256:{}", "0123456789abcdef".repeat(4))).unwrap();
        let image = Image::of(&repository, &digest);
        assert_eq!(Image::parse(image.reference().to_owned()), Ok(image.clone()));
        let beginning = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/innovate/api@sha256:0123";
        assert!(image.reference().starts_with(beginning), "{image:?}");
        assert_eq!(Digest::parse("sha256:00"), Err(ImageError::Hexadecimal));
        let tagged = TaggedImage::of(&repository, "1.4.2").unwrap();
        assert!(tagged.reference().ends_with("/innovate/api:1.4.2"), "{tagged:?}");
        assert_eq!(TaggedImage::of(&repository, "latest"), Err(ImageError::Latest));
    }

    #[test]
    fn a_tag_names_a_version() {
        for (text, error) in [
            ("registry.example/app:1.4.2", None),
            ("registry.example:5000/app:v1_rc-1", None),
            ("registry.example/app:latest", Some(ImageError::Latest)),
            ("registry.example/app", Some(ImageError::Tag)),
            ("registry.example:5000/app", Some(ImageError::Tag)),
            ("registry.example/app:", Some(ImageError::Tag)),
            ("registry.example/app:.1", Some(ImageError::Tag)),
            ("app:1", Some(ImageError::Registry)),
        ] {
            assert_eq!(TaggedImage::refusal(text), error, "{text}");
        }
    }
}
