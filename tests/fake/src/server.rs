//! HTTP: connections, and the faults that they suffer.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::fault::Fault;
use crate::object::Asked;
use crate::query::Query;
use crate::refusal::Refusal;
use crate::world::{Reply, World};

/// The state behind the server; a panic of one test's thread does not spoil it for the rest.
pub(crate) type Shared = Arc<Mutex<World>>;

pub(crate) fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Accepts connections until the runtime ends.
pub(crate) async fn serve(listener: TcpListener, world: Shared) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&world)));
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            // It ends with an error where the client went away or a fault closed it.
            let _closed = connection.await;
        });
    }
}

/// An answer to a request; an error closes the connection without one.
async fn answer(
    request: hyper::Request<Incoming>,
    world: Shared,
) -> io::Result<hyper::Response<Answered>> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let header = |name| text(request.headers(), name);
    let authorization = header(AUTHORIZATION.as_str());
    let owner = header("x-amz-expected-bucket-owner");
    let checksum = header("x-amz-checksum-sha256");
    let body = request.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
    let object = (path != "/").then(|| Asked { method, path, owner, checksum, body: body.clone() });
    let query = match &object {
        Some(object) => object.query(),
        None => Query::parse(&body),
    };
    let fault = lock(&world).arrived(&authorization, &query);
    let process = async || {
        let reply = match &object {
            Some(object) => lock(&world).object(&authorization, object),
            None => lock(&world).answer(&authorization, &query),
        };
        Ok(Whole::from(reply))
    };
    suffer(fault, |refusal| lock(&world).refuse(refusal).into(), process).await
}

/// An answer as it is before a fault befalls it.
pub(crate) struct Whole {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl From<Reply> for Whole {
    fn from(reply: Reply) -> Self {
        let mut headers =
            HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/xml"))]);
        for (name, value) in reply.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        Self { status: reply.status, headers, body: Bytes::from(reply.body) }
    }
}

/// What arrives at the client of a request that suffers a fault. The request is processed unless
/// the fault keeps it from that; an error closes the connection.
pub(crate) async fn suffer(
    fault: Option<Fault>,
    refuse: impl FnOnce(&Refusal) -> Whole,
    process: impl AsyncFnOnce() -> io::Result<Whole>,
) -> io::Result<hyper::Response<Answered>> {
    match fault {
        None => respond(process().await?, false),
        Some(Fault::Throttle) => {
            respond(refuse(&Refusal::new(400, "Throttling", "Rate exceeded")), false)
        }
        Some(Fault::Error500) => {
            let refusal = Refusal::new(500, "InternalFailure", "An internal error has occurred.");
            respond(refuse(&refusal), false)
        }
        Some(Fault::DropBefore) => Err(closed()),
        Some(Fault::DropAfter) => {
            process().await?;
            Err(closed())
        }
        Some(Fault::Truncate) => respond(process().await?, true),
        Some(Fault::Hang(duration)) => {
            tokio::time::sleep(duration).await;
            Err(closed())
        }
        Some(Fault::Slow(duration)) => {
            let whole = process().await?;
            tokio::time::sleep(duration).await;
            respond(whole, false)
        }
    }
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "closed by the script")
}

fn respond(whole: Whole, truncated: bool) -> io::Result<hyper::Response<Answered>> {
    let length = u64::try_from(whole.body.len()).unwrap_or(u64::MAX);
    let sent = if truncated { whole.body.slice(..whole.body.len() / 2) } else { whole.body };
    let body = Answered { sent: Some(sent), length, truncated, flushed: false };
    let mut response = hyper::Response::new(body);
    *response.status_mut() = StatusCode::from_u16(whole.status).map_err(io::Error::other)?;
    *response.headers_mut() = whole.headers;
    Ok(response)
}

/// The body of an answer, which may end too soon.
pub(crate) struct Answered {
    sent: Option<Bytes>,
    length: u64,
    truncated: bool,
    /// Whether what was sent had its chance to leave.
    flushed: bool,
}

impl Body for Answered {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.sent.take() {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            // A connection writes what it has when a body keeps it waiting, not when one fails.
            None if self.truncated && !self.flushed => {
                self.flushed = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None if self.truncated => Poll::Ready(Some(Err(closed()))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.sent.is_none() && !self.truncated
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
