//! `CF-03`: errors of an API reach its clients.

use innovate_core::{
    Diagnostic, Node, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::{
    DISTRIBUTION,
    origin::{behaviors, is_bucket, listed, origins, text},
};
use crate::rules::read::number;

/// `CF-03`.
pub static ERROR_PAGE_SPARES_THE_API: Rule = Rule {
    code: "CF-03",
    title: "no page for client errors where a distribution leads to an API as well",
    explanation: "\
The pages for errors are the whole distribution's. Where 403 and 404 become the application's page with \
200, as is often done for a single-page application, a client of the API is told that all went well when \
it was refused, and gets a page instead of an answer.

`Distribution` leads the addresses of the application to its page by a function that runs for the site \
alone.

Source: \"Create a custom error page for specific HTTP status codes\", Amazon CloudFront Developer Guide.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    for distribution in model.resources_of(DISTRIBUTION) {
        let Some(api) = api(model, distribution) else { continue };
        for (path, response) in listed(distribution, "DistributionConfig/CustomErrorResponses") {
            let code = response.get("ErrorCode").and_then(number);
            let Some(code) = code.filter(|code| (400..500).contains(code)) else { continue };
            let (page, shown) = (response.get("ResponsePagePath"), response.get("ResponseCode"));
            if page.is_none() && shown.is_none() {
                continue;
            }
            let shown = shown.and_then(number);
            let finding = match shown {
                Some(200..300) => Diagnostic::error("CF-03", "errors of the API become successes"),
                _ => Diagnostic::warning("CF-03", "errors of the API become a page of the site"),
            };
            let page = page.and_then(Node::as_text).unwrap_or("another answer");
            let shown = shown.map_or_else(String::new, |shown| format!(" with {shown}"));
            findings.report(
                finding
                    .on(distribution)
                    .property(path)
                    .given(format!("{code} becomes `{page}`{shown}, also for {api}"))
                    .help("lead the site's addresses to its page by a function for the viewer's request"),
            );
        }
    }
}

/// The paths that lead to something that isn't a bucket.
fn api(model: &Model<'_>, distribution: &Resource) -> Option<String> {
    let origins = origins(distribution);
    let answers = |behavior: &Node| {
        let id = text(behavior, "TargetOriginId");
        let origin = origins.iter().find(|(_, origin)| text(origin, "Id") == id);
        origin.is_some_and(|(_, origin)| !is_bucket(model, origin))
    };
    let (_, behavior) = behaviors(distribution).into_iter().find(|(_, found)| answers(found))?;
    Some(match text(behavior, "PathPattern") {
        Some(pattern) => format!("`{pattern}`"),
        None => "what no pattern matches".to_owned(),
    })
}
