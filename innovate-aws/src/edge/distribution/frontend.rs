//! What a distribution serves where no route says otherwise.

use super::Origin;
use crate::storage::SiteBucketHandle;

/// What a distribution serves where no route says otherwise.
#[derive(Clone, Debug)]
pub struct FrontendOrigin(pub(super) Kind);

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// The files of a bucket.
    Site(Box<SiteBucketHandle>),
    /// What a load balancer answers.
    Service(Box<Origin>),
}

/// What can be a distribution's frontend: the files of a bucket, or what runs behind a load balancer.
#[diagnostic::on_unimplemented(
    message = "a distribution can't serve `{Self}`",
    label = "neither the bucket of a site nor an origin",
    note = "files come from the handle of a `SiteBucket`: `.frontend(&site)`. A website endpoint of S3 speaks no TLS, so there is no way to say one",
    note = "a frontend that runs in the cluster is an `Origin`: `.frontend(Origin::load_balancer(host, &header))`"
)]
pub trait Frontend {
    /// The frontend.
    fn frontend(self) -> FrontendOrigin;
}

impl Frontend for &SiteBucketHandle {
    fn frontend(self) -> FrontendOrigin {
        FrontendOrigin(Kind::Site(Box::new(self.clone())))
    }
}

impl Frontend for Origin {
    fn frontend(self) -> FrontendOrigin {
        FrontendOrigin(Kind::Service(Box::new(self)))
    }
}

impl Frontend for FrontendOrigin {
    fn frontend(self) -> FrontendOrigin {
        self
    }
}
