//! Docker Hub refuses whoever doesn't say.

use innovate::prelude::*;

fn cache(key: &Key<Ecr>) -> PullThroughCache {
    PullThroughCache::builder().upstream(Upstream::DockerHub).key(key).build()
}

fn main() {}
