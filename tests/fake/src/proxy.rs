//! The same faults before another endpoint: a proxy on 127.0.0.1, for fakes that have no faults of
//! their own.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, TRANSFER_ENCODING,
};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::fault::{Fault, FaultPlan};
use crate::query::Query;
use crate::refusal::Refusal;
use crate::server::{Answered, Whole, suffer};
use crate::xml;

/// A proxy on 127.0.0.1 before an endpoint, that lets requests suffer what a plan says. It stops when
/// it is dropped.
///
/// It speaks plain HTTP and changes nothing in what it lets through. The action of a request, for the
/// plan, is that of the Query protocol, or of the header `X-Amz-Target`, or else the method (`PUT`, as
/// to S3).
#[derive(Debug)]
pub struct FaultProxy {
    endpoint: String,
    state: Shared,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A request that came to the proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// Its action.
    pub action: String,
    /// What it suffered.
    pub fault: Option<Fault>,
    /// The status with which it was answered behind the proxy; none if it did not get there.
    pub status: Option<u16>,
}

#[derive(Debug)]
struct State {
    /// The host and port behind the proxy.
    behind: String,
    plan: FaultPlan,
    requests: Vec<Forwarded>,
}

type Shared = Arc<Mutex<State>>;

fn lock(state: &Shared) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FaultProxy {
    /// Starts a proxy before `endpoint`, `http://HOST:PORT`, in a thread of its own.
    ///
    /// # Errors
    /// If the endpoint has another form, or if the system gives no port or no thread.
    pub fn start(endpoint: &str, plan: FaultPlan) -> io::Result<Self> {
        let behind = endpoint.strip_prefix("http://").filter(|host| !host.contains('/'));
        let behind = behind.ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("`{endpoint}` is not http://HOST:PORT"),
            )
        })?;
        let state = State { behind: behind.to_owned(), plan, requests: Vec::new() };
        let state: Shared = Arc::new(Mutex::new(state));
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&state);
        let thread =
            std::thread::Builder::new().name("fault-proxy".to_owned()).spawn(move || {
                runtime.block_on(async move {
                    let Ok(listener) = TcpListener::from_std(listener) else { return };
                    tokio::select! {
                        () = serve(listener, shared) => {}
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Self { endpoint, state, stop: Some(stop), thread: Some(thread) })
    }

    /// The URL of the proxy.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Every request that came so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Forwarded> {
        lock(&self.state).requests.clone()
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It is gone if the thread has ended already.
            let _gone = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, state: Shared) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&state)));
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
    state: Shared,
) -> io::Result<hyper::Response<Answered>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let protocol = Protocol::of(&head, &body);
    let (fault, number, behind) = {
        let mut state = lock(&state);
        let action = protocol.action(&head);
        let fault = state.plan.suffered(&action);
        state.requests.push(Forwarded { action, fault, status: None });
        (fault, state.requests.len() - 1, state.behind.clone())
    };
    let process = async || {
        let whole = forward(&behind, head, body).await?;
        if let Some(request) = lock(&state).requests.get_mut(number) {
            request.status = Some(whole.status);
        }
        Ok(whole)
    };
    suffer(fault, |refusal| protocol.refuse(refusal), process).await
}

/// How actions are named and refusals are written.
enum Protocol {
    /// A form, answered in XML.
    Query(Option<String>),
    /// What else there is: S3 and protocols in JSON.
    Other,
}

impl Protocol {
    fn of(head: &Parts, body: &Bytes) -> Self {
        let kind = head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        match kind {
            Some(kind) if kind.starts_with("application/x-www-form-urlencoded") => {
                Self::Query(Query::parse(body).owned("Action"))
            }
            _ => Self::Other,
        }
    }

    fn action(&self, head: &Parts) -> String {
        let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let target = target.and_then(|target| target.rsplit('.').next());
        match (self, target) {
            (Self::Query(Some(action)), _) => action.clone(),
            (_, Some(target)) => target.to_owned(),
            _ => head.method.as_str().to_owned(),
        }
    }

    /// A refusal as the service would write it.
    fn refuse(&self, refusal: &Refusal) -> Whole {
        let (status, body) = match (self, refusal.code) {
            (Self::Query(_), _) => (refusal.status, xml::refusal(refusal, "proxy")),
            // S3's word for throttling.
            (Self::Other, "Throttling") => {
                (503, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>".to_owned())
            }
            (Self::Other, _) => {
                let (code, message) = ("InternalError", &refusal.message);
                (500, format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"))
            }
        };
        let headers = [(CONTENT_TYPE, HeaderValue::from_static("text/xml"))];
        Whole { status, headers: headers.into_iter().collect(), body: Bytes::from(body) }
    }
}

/// Asks the endpoint behind the proxy, on a connection of its own.
async fn forward(behind: &str, head: Parts, body: Bytes) -> io::Result<Whole> {
    let stream = TcpStream::connect(behind).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    let mut request = hyper::Request::new(Full::new(body));
    *request.method_mut() = head.method;
    *request.uri_mut() = head.uri;
    *request.headers_mut() = of_the_message(head.headers);
    let answer = sender.send_request(request).await.map_err(io::Error::other)?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    connection.abort();
    Ok(Whole { status: head.status.as_u16(), headers: of_the_message(head.headers), body })
}

/// The headers that are the message's own, and not those of one connection: the body has been read
/// as a whole.
fn of_the_message(mut headers: HeaderMap) -> HeaderMap {
    for own in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(own);
    }
    headers
}
