//! HTTP: connections, and the faults that they suffer.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::fault::Fault;
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
) -> Result<hyper::Response<Answered>, io::Error> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let authorization = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let body = request.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
    if path != "/" {
        let reply = lock(&world).object(&method, &path, &body);
        return respond(reply, false);
    }
    let query = Query::parse(&body);
    let fault = lock(&world).arrived(&authorization, &query);
    let process = || lock(&world).answer(&authorization, &query);
    match fault {
        None => respond(process(), false),
        Some(Fault::Throttle) => {
            let refusal = Refusal::new(400, "Throttling", "Rate exceeded");
            respond(lock(&world).refuse(&refusal), false)
        }
        Some(Fault::Error500) => {
            let refusal = Refusal::new(500, "InternalFailure", "An internal error has occurred.");
            respond(lock(&world).refuse(&refusal), false)
        }
        Some(Fault::DropBefore) => Err(closed()),
        Some(Fault::DropAfter) => {
            process();
            Err(closed())
        }
        Some(Fault::Truncate) => respond(process(), true),
        Some(Fault::Hang(duration)) => {
            tokio::time::sleep(duration).await;
            Err(closed())
        }
        Some(Fault::Slow(duration)) => {
            let reply = process();
            tokio::time::sleep(duration).await;
            respond(reply, false)
        }
    }
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, "closed by the script")
}

fn respond(reply: Reply, truncated: bool) -> Result<hyper::Response<Answered>, io::Error> {
    let whole = Bytes::from(reply.body);
    let length = u64::try_from(whole.len()).unwrap_or(u64::MAX);
    let sent = if truncated { whole.slice(..whole.len() / 2) } else { whole };
    hyper::Response::builder()
        .status(reply.status)
        .header(CONTENT_TYPE, "text/xml")
        .body(Answered { sent: Some(sent), length, truncated, flushed: false })
        .map_err(io::Error::other)
}

/// The body of an answer, which may end too soon.
struct Answered {
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
