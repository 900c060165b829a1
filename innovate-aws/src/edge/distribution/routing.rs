//! Leads the addresses of a single-page application to its one page.

use innovate_cfn::cloudfront::{
    self,
    distribution::FunctionAssociation,
    function::{FunctionConfig, FunctionConfigRuntime},
};
use innovate_core::Scope;

/// What runs for each request for the site, before CloudFront looks into its cache.
///
/// Not a page for errors: that would replace the errors of the API as well.
const CODE: &str = include_str!("routing.js");

/// Adds the function.
pub(super) fn build(name: &str, scope: &mut Scope<'_>) -> FunctionAssociation {
    let config = FunctionConfig::new(
        "Leads the addresses of a single-page application to its one page",
        FunctionConfigRuntime::CLOUDFRONT_JS_2_0,
    );
    let function = cloudfront::Function::new(CODE, config, name.to_owned()).auto_publish(true);
    let function = scope.add("Routing", function);
    FunctionAssociation::new().event_type("viewer-request").function_arn(function.function_arn())
}
