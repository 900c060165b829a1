//! What runs at CloudFront's edge. For requests, before it looks into its cache: it leads the addresses of
//! a single-page application to its one page, and hosts that have moved to the one that is left. For
//! answers: it says which files browsers keep.

use innovate_cfn::cloudfront::{
    self,
    distribution::FunctionAssociation,
    function::{FunctionConfig, FunctionConfigRuntime},
};
use innovate_core::Scope;
use serde_json::json;

use crate::name::Hostname;

const VIEWER_REQUEST: &str = "viewer-request";
const VIEWER_RESPONSE: &str = "viewer-response";

/// Leads addresses to the page: `page(request)`.
///
/// Not a page for errors: that would replace the errors of the API as well.
const PAGE: &str = include_str!("routing.js");

/// Answers requests for hosts that have moved: `redirected(request)`.
const REDIRECTED: &str = include_str!("redirect.js");

/// Has browsers keep what is there: `kept(response)`.
///
/// Not a policy of headers: that adds them to errors as well, and browsers would keep for a year that a
/// file is missing, since it was asked for before it was uploaded.
///
/// Sources: "Restrictions on all edge functions" and "Understand response headers policies", Amazon
/// CloudFront Developer Guide.
const KEPT: &str = include_str!("immutable.js");

/// Hosts that have moved, and where to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moved<'a> {
    hosts: &'a [Hostname],
    to: &'a Hostname,
}

impl<'a> Moved<'a> {
    /// The hosts lead to the first of the aliases, if there are any.
    pub(super) fn of(hosts: &'a [Hostname], aliases: &'a [Hostname]) -> Option<Self> {
        aliases.first().filter(|_| !hosts.is_empty()).map(|to| Self { hosts, to })
    }

    fn code(self) -> String {
        let hosts: Vec<&str> = self.hosts.iter().map(Hostname::as_str).collect();
        let (hosts, to) = (json!(hosts), json!(self.to.as_str()));
        format!("var MOVED = {hosts};\nvar HOST = {to};\n\n{REDIRECTED}")
    }
}

/// Adds the function of a site.
pub(super) fn site(
    name: &str,
    moved: Option<Moved<'_>>,
    scope: &mut Scope<'_>,
) -> FunctionAssociation {
    let code = match moved {
        None => format!("{PAGE}\n{}", handler("page(event.request)")),
        Some(moved) => {
            let handler = handler("redirected(event.request) || page(event.request)");
            format!("{}\n{PAGE}\n{handler}", moved.code())
        }
    };
    let what = "Leads the addresses of a single-page application to its one page";
    add("Routing", VIEWER_REQUEST, what, code, format!("{name}-routing"), scope)
}

/// Adds the function of what a load balancer answers.
pub(super) fn service(name: &str, moved: Moved<'_>, scope: &mut Scope<'_>) -> FunctionAssociation {
    let handler = handler("redirected(event.request) || event.request");
    let code = format!("{}\n{handler}", moved.code());
    let what = "Leads hosts that have moved to the one that is left";
    add("Redirect", VIEWER_REQUEST, what, code, format!("{name}-redirect"), scope)
}

/// Adds the function of files whose names change with what is in them.
pub(super) fn immutable(name: &str, scope: &mut Scope<'_>) -> FunctionAssociation {
    let code = format!("{KEPT}\n{}", handler("kept(event.response)"));
    let what = "Has browsers keep files whose names change with what is in them";
    add("Immutable", VIEWER_RESPONSE, what, code, format!("{name}-immutable"), scope)
}

fn handler(answer: &str) -> String {
    format!("function handler(event) {{\n    return {answer};\n}}\n")
}

fn add(
    id: &'static str,
    event: &'static str,
    what: &'static str,
    code: String,
    name: String,
    scope: &mut Scope<'_>,
) -> FunctionAssociation {
    let config = FunctionConfig::new(what, FunctionConfigRuntime::CLOUDFRONT_JS_2_0);
    let function = cloudfront::Function::new(code, config, name).auto_publish(true);
    let function = scope.add(id, function);
    FunctionAssociation::new().event_type(event).function_arn(function.function_arn())
}
