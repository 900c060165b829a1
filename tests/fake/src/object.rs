//! S3, as far as a deployer needs it for templates: objects are put, and read by their URL.

use crate::refusal::Refusal;
use crate::world::{Reply, World};

impl World {
    /// A request for an object, addressed by its path: `/BUCKET/KEY`.
    pub(crate) fn object(&mut self, method: &str, path: &str, body: &[u8]) -> Reply {
        let path = path.split('?').next().unwrap_or_default().trim_start_matches('/').to_owned();
        match method {
            "PUT" => {
                self.objects.insert(path, String::from_utf8_lossy(body).into_owned());
                Reply { status: 200, body: String::new() }
            }
            _ => match self.objects.get(&path) {
                Some(object) => Reply { status: 200, body: object.clone() },
                None => Reply {
                    status: 404,
                    body: "<Error><Code>NoSuchKey</Code><Message>The specified key does not \
                           exist.</Message></Error>"
                        .to_owned(),
                },
            },
        }
    }

    /// The template at a URL of S3, in either style.
    ///
    /// # Errors
    /// If no object was put there.
    pub(crate) fn template_at(&self, url: &str) -> Result<String, Refusal> {
        let rest = url.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
        let (host, path) = rest.split_once('/').unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default();
        let bucket = host.split_once(".s3").map(|(bucket, _)| bucket);
        let key = match bucket {
            Some(bucket) => format!("{bucket}/{path}"),
            None => path.to_owned(),
        };
        self.objects
            .get(&key)
            .cloned()
            .ok_or_else(|| Refusal::invalid("S3 error: The specified key does not exist."))
    }
}
