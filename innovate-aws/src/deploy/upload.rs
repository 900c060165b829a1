//! How templates that are too large for a request reach CloudFormation: through a bucket.

use aws_sdk_s3::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    types::ChecksumMode,
};
use aws_smithy_types::base64;
use innovate_core::diff::StackId;

use super::{Access, AwsError};
use crate::{name::BucketName, region::domain_of, storage::TemplateBucket};

impl Access {
    /// Puts a template into the [`TemplateBucket`] of a stack's account and region, and gives the URL by
    /// which CloudFormation reads it. `sha256` is the template's, in hexadecimal: it is the object's name,
    /// S3 compares it with what arrives, and an object of that name with other contents is overwritten. What
    /// is there already isn't sent again.
    ///
    /// Whoever deploys has to be allowed `s3:GetObject`, `s3:GetObjectVersion` and `s3:PutObject` there:
    /// CloudFormation reads the template in the name of whoever asks it to.
    ///
    /// # Errors
    ///
    /// If the bucket isn't there (`NoSuchBucket`), is another account's, or can't be written to.
    pub async fn put_template(
        &self,
        stack: &StackId,
        body: &str,
        sha256: &str,
    ) -> Result<String, AwsError> {
        let upload = Upload {
            client: self.buckets(stack).await?,
            stack,
            bucket: TemplateBucket::name_in(&stack.account, &stack.region),
            key: format!("templates/{sha256}"),
            checksum: checksum(sha256),
        };
        let version = match upload.found().await? {
            Some(version) => version,
            None => upload.put(body).await?,
        };
        Ok(upload.url(version.as_deref()))
    }
}

/// A template on its way.
struct Upload<'a> {
    client: Client,
    stack: &'a StackId,
    bucket: BucketName,
    key: String,
    /// Its SHA-256, as S3 writes it.
    checksum: String,
}

/// The id of an object's version; none in a bucket without versions.
type Version = Option<String>;

impl Upload<'_> {
    /// The version of the object that is there, if it holds this template.
    async fn found(&self) -> Result<Option<Version>, AwsError> {
        let answer = self
            .client
            .head_object()
            .bucket(self.bucket.as_str())
            .key(&self.key)
            .expected_bucket_owner(&self.stack.account)
            .checksum_mode(ChecksumMode::Enabled)
            .send()
            .await;
        match answer {
            Ok(object) if object.checksum_sha256() == Some(&self.checksum) => {
                Ok(Some(object.version_id))
            }
            Ok(_) => Ok(None),
            // Whoever may not list the bucket isn't told that an object isn't there.
            Err(error) if matches!(status(&error), Some(403 | 404)) => Ok(None),
            Err(error) => Err(self.failed(&error)),
        }
    }

    async fn put(&self, body: &str) -> Result<Version, AwsError> {
        let answer = self
            .client
            .put_object()
            .bucket(self.bucket.as_str())
            .key(&self.key)
            .expected_bucket_owner(&self.stack.account)
            .content_type("text/plain; charset=utf-8")
            .checksum_sha256(&self.checksum)
            .body(body.as_bytes().to_vec().into())
            .send()
            .await;
        answer.map(|put| put.version_id).map_err(|error| self.failed(&error))
    }

    fn failed<E>(&self, error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>) -> AwsError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let Self { stack, bucket, .. } = self;
        let what = format!("put the template of the stack {stack} into the bucket {bucket}");
        let failure = AwsError::of(what, error);
        match status(error) {
            Some(403) => failure.help(format!(
                "the bucket has to be one of account {}, and the credentials have to be allowed `s3:GetObject`, `s3:GetObjectVersion` and `s3:PutObject` in it",
                stack.account
            )),
            Some(301) => failure.help(format!(
                "a bucket of that name is in another region than {}: delete it, and deploy again",
                stack.region
            )),
            _ => failure,
        }
    }

    /// The URL of a version, with the bucket in the path: the form that CloudFormation takes in every
    /// partition. It names the version, so that nobody can exchange what CloudFormation reads.
    ///
    /// Source: "CreateChangeSet", AWS CloudFormation API Reference: `TemplateURL`; "Methods for accessing a
    /// general purpose bucket", Amazon S3 User Guide.
    fn url(&self, version: Option<&str>) -> String {
        let (region, domain) = (&self.stack.region, domain_of(&self.stack.region));
        let version = version.filter(|version| *version != "null");
        let version = version.map_or_else(String::new, |version| format!("?versionId={version}"));
        format!("https://s3.{region}.{domain}/{}/{}{version}", self.bucket, self.key)
    }
}

fn status<E>(error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>) -> Option<u16> {
    error.raw_response().map(|answer| answer.status().as_u16())
}

/// A SHA-256 of hexadecimal digits as S3 writes it.
fn checksum(sha256: &str) -> String {
    let digits: Vec<u8> = sha256
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    let (bytes, _) = digits.as_chunks::<2>();
    base64::encode(bytes.iter().map(|[high, low]| high << 4 | low).collect::<Vec<u8>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_written_as_s3_does() {
        // What `printf '' | sha256sum` and `openssl dgst -sha256 -binary | base64` say of nothing.
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(checksum(nothing), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
