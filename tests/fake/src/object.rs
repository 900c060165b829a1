//! S3, as far as a deployer needs it for templates: objects are put, looked for, and read by their
//! URL. A signed request needs a bucket that a stack has made or the script names; one that is not
//! signed, as a test itself sends it, finds every bucket there.

use hyper::body::Bytes;

use crate::query::Query;
use crate::refusal::Refusal;
use crate::world::{Reply, World};

/// A version of an object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    body: String,
    /// Its SHA-256 in Base64, if whoever put it said it.
    checksum: String,
    version: String,
}

/// A request for an object, addressed by its path: `/BUCKET/KEY`.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The account that the bucket has to be of.
    pub(crate) owner: String,
    pub(crate) checksum: String,
    pub(crate) body: Bytes,
}

impl Asked {
    /// What is written down of it.
    pub(crate) fn query(&self) -> Query {
        let action = match self.method.as_str() {
            "PUT" => "PutObject",
            "HEAD" => "HeadObject",
            _ => "GetObject",
        };
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).append_pair("Path", self.key());
        form.append_pair("ExpectedBucketOwner", &self.owner);
        Query::parse(form.finish().as_bytes())
    }

    fn key(&self) -> &str {
        self.path.trim_start_matches('/')
    }

    fn bucket(&self) -> &str {
        self.key().split('/').next().unwrap_or_default()
    }
}

impl World {
    /// Processes a request for an object.
    pub(crate) fn object(&mut self, authorization: &str, asked: &Asked) -> Reply {
        if !authorization.is_empty()
            && let Some(refused) = self.bucket_refuses(authorization, asked)
        {
            return refused;
        }
        if asked.method == "PUT" {
            let body = String::from_utf8_lossy(&asked.body);
            let version = self.plant(asked.key(), &body, &asked.checksum);
            let headers = vec![("x-amz-version-id", version)];
            return Reply { status: 200, headers, ..Reply::default() };
        }
        let found = self.objects.get(asked.key()).and_then(|versions| versions.last());
        let Some(object) = found else {
            return refused(404, "NoSuchKey", "The specified key does not exist.");
        };
        let mut headers = vec![("x-amz-version-id", object.version.clone())];
        if !object.checksum.is_empty() {
            headers.push(("x-amz-checksum-sha256", object.checksum.clone()));
        }
        let body = if asked.method == "HEAD" { String::new() } else { object.body.clone() };
        Reply { status: 200, headers, body }
    }

    /// Puts an object: its version.
    pub(crate) fn plant(&mut self, path: &str, body: &str, checksum: &str) -> String {
        let version = format!("v{}", self.clock.uuid());
        let (body, checksum) = (body.to_owned(), checksum.to_owned());
        let object = Object { body, checksum, version: version.clone() };
        self.objects.entry(path.to_owned()).or_default().push(object);
        version
    }

    /// Why the bucket can't be used by whoever signed, if it can't.
    fn bucket_refuses(&self, authorization: &str, asked: &Asked) -> Option<Reply> {
        let Ok(caller) = self.caller(authorization) else {
            return Some(refused(403, "InvalidAccessKeyId", "The key does not exist."));
        };
        let Some((account, region)) = self.bucket(asked.bucket()) else {
            return Some(refused(404, "NoSuchBucket", "The specified bucket does not exist"));
        };
        let expected = if asked.owner.is_empty() { &caller.account } else { &asked.owner };
        if *expected != account || caller.account != account {
            return Some(refused(403, "AccessDenied", "Access Denied"));
        }
        (caller.region != region).then(|| {
            let message = "The bucket you are attempting to access must be addressed using the \
                           specified endpoint.";
            refused(301, "PermanentRedirect", message)
        })
    }

    /// The account and region of a bucket, if there is one of that name.
    fn bucket(&self, name: &str) -> Option<(String, String)> {
        if let Some(place) = self.script.buckets.get(name) {
            return Some(place.clone());
        }
        let stack = self.stacks.values().find(|stack| {
            stack.deleted.is_none()
                && stack.resources.values().any(|resource| {
                    resource.wanted.kind == "AWS::S3::Bucket"
                        && resource.wanted.properties.get("BucketName").and_then(|it| it.as_str())
                            == Some(name)
                })
        })?;
        Some((stack.identity.account.clone(), stack.identity.region.clone()))
    }

    /// The template at a URL of S3, in either style, and of the version that it names.
    ///
    /// # Errors
    /// If no object was put there.
    pub(crate) fn template_at(&self, url: &str) -> Result<String, Refusal> {
        let rest = url.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
        let (host, path) = rest.split_once('/').unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let bucket = host.split_once(".s3").map(|(bucket, _)| bucket);
        let key = match bucket {
            Some(bucket) => format!("{bucket}/{path}"),
            None => path.to_owned(),
        };
        let version = query.strip_prefix("versionId=");
        let versions = self.objects.get(&key).map(Vec::as_slice).unwrap_or_default();
        let wanted = |object: &&Object| version.is_none_or(|version| object.version == version);
        versions
            .iter()
            .rfind(wanted)
            .map(|object| object.body.clone())
            .ok_or_else(|| Refusal::invalid("S3 error: The specified key does not exist."))
    }
}

fn refused(status: u16, code: &str, message: &str) -> Reply {
    let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    Reply { status, body, ..Reply::default() }
}
