//! Keys: one for each class of data, each granting what its use needs and nothing else.

use innovate::{aws::keys::Key, prelude::*};

use super::choices::Choices;

pub(crate) struct Keys {
    pub(crate) logs: Key<Logs>,
    pub(crate) volumes: Key<Ebs>,
    pub(crate) cluster_secrets: Key<EksSecrets>,
    pub(crate) database: Key<Rds>,
    pub(crate) secrets: Key<Secrets>,
    pub(crate) backups: Key<Backup>,
    pub(crate) objects: Key<S3>,
    pub(crate) images: Key<Ecr>,
    pub(crate) metrics: Key<Prometheus>,
}

pub(crate) fn stack<S: Choices>(environment: &Environment<S>) -> (Stack<S>, Keys) {
    let mut keys = environment.stack("keys");
    let made = Keys {
        logs: keys.add("Logs", KmsKey::<Logs>::new()),
        volumes: keys.add("Volumes", KmsKey::<Ebs>::new()),
        cluster_secrets: keys.add("ClusterSecrets", KmsKey::<EksSecrets>::new()),
        database: keys.add("Database", KmsKey::<Rds>::new()),
        secrets: keys.add("Secrets", KmsKey::<Secrets>::new()),
        backups: keys.add("Backups", KmsKey::<Backup>::new()),
        objects: keys.add("Objects", KmsKey::<S3>::new()),
        images: keys.add("Images", KmsKey::<Ecr>::new()),
        metrics: keys.add("Metrics", KmsKey::<Prometheus>::new()),
    };
    (keys, made)
}
