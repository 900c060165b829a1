//! What encrypts the objects of a bucket.

use innovate_cfn::{
    kind::KeyArn,
    s3::bucket::{self, BlockedEncryptionTypeList, ServerSideEncryptionByDefaultSSEAlgorithm},
};
use innovate_core::Value;

use super::Waiver;
use crate::keys::{Key, S3};

/// What encrypts the objects of a bucket.
#[derive(Clone, Debug)]
pub struct Encryption(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Kms(Value<KeyArn>),
    /// By S3 with keys of its own, since the writer can use nothing else.
    S3,
    Waived(Waiver),
}

impl Encryption {
    pub(super) fn of_key<U>(key: &Key<U>) -> Self {
        Self(Kind::Kms(key.arn()))
    }

    pub(super) const fn by_s3() -> Self {
        Self(Kind::S3)
    }

    /// The key's ARN, if a key of KMS encrypts.
    pub(super) fn key(&self) -> Option<Value<KeyArn>> {
        match &self.0 {
            Kind::Kms(arn) => Some(arn.clone()),
            Kind::S3 | Kind::Waived(_) => None,
        }
    }

    /// Why no key of KMS encrypts, if the program does without.
    pub(super) fn waiver(&self) -> Option<Waiver> {
        match &self.0 {
            Kind::Waived(waiver) => Some(waiver.clone()),
            Kind::Kms(_) | Kind::S3 => None,
        }
    }

    /// With a bucket key, so that S3 asks KMS once in a while and not for every object, and without
    /// keys that a caller brings (SSE-C), with which objects can be held to ransom.
    ///
    /// Source: "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys" and "Blocking or unblocking
    /// SSE-C for a general purpose bucket", Amazon S3 User Guide.
    pub(super) fn property(&self) -> bucket::BucketEncryption {
        let blocked = bucket::BlockedEncryptionTypes::new()
            .encryption_type([BlockedEncryptionTypeList::SSE_C]);
        let rule = bucket::ServerSideEncryptionRule::new().blocked_encryption_types(blocked);
        let rule = match self.key() {
            Some(arn) => rule.bucket_key_enabled(true).server_side_encryption_by_default(
                bucket::ServerSideEncryptionByDefault::new(
                    ServerSideEncryptionByDefaultSSEAlgorithm::AWS_KMS,
                )
                .kms_master_key_id(arn),
            ),
            None => {
                rule.server_side_encryption_by_default(bucket::ServerSideEncryptionByDefault::new(
                    ServerSideEncryptionByDefaultSSEAlgorithm::AES256,
                ))
            }
        };
        bucket::BucketEncryption::new([rule])
    }
}

/// What can encrypt a [`Bucket`](super::Bucket): a key made for buckets, or a [`Waiver`], with which
/// S3 encrypts with keys of its own that nobody here can withdraw.
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't encrypt a bucket",
    label = "give a `&Key<S3>`, made with `KmsKey::<S3>::new()`",
    note = "a bucket without a key of its own says why: `.key(Waiver::because(\"..\"))`"
)]
pub trait EncryptsBucket {
    /// The encryption.
    fn encryption(self) -> Encryption;
}

impl EncryptsBucket for &Key<S3> {
    fn encryption(self) -> Encryption {
        Encryption::of_key(self)
    }
}

impl EncryptsBucket for Waiver {
    fn encryption(self) -> Encryption {
        Encryption(Kind::Waived(self))
    }
}
