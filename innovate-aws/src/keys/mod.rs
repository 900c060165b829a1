//! Customer-managed keys, each for one use.
//!
//! A key's policy says who may use it, and a service that the policy leaves out fails at run time: nodes
//! that die as they start, messages that are dropped. So a key is made for a use, which knows the
//! grants, and what encrypts takes only a key made for it.
//!
//! * [`KmsKey`]: the construct,
//! * [`Key`]: its handle, typed by use,
//! * [`ReplicaKey`]: the same key in the recovery region, of a [`MultiRegionKey`],
//! * [`KeyUse`] and its implementations ([`Ebs`], [`Rds`], [`Logs`], ...): the uses.

mod key_use;
mod kms_key;
mod replica;

pub use key_use::{
    Backup, Ebs, Ecr, EksSecrets, KeyUse, LogDelivery, Logs, Prometheus, Rds, S3, Secrets, Sns,
    Sqs, StaticSite,
};
pub(crate) use kms_key::alias as alias_of;
pub use kms_key::{Key, KmsKey};
pub use replica::{MultiRegionKey, MultiRegionKmsKey, ReplicaKey};
