//! How a distribution answers errors.

use innovate_cfn::cloudfront::distribution::{
    CustomErrorResponse, CustomErrorResponseErrorCode, CustomErrorResponseResponseCode,
};

use super::Distribution;

/// The errors that CloudFront keeps for ten seconds unless it is told otherwise.
///
/// Source: "How CloudFront processes HTTP 4xx and 5xx status codes from your origin", Amazon CloudFront
/// Developer Guide.
const KEPT_ERRORS: [u16; 7] = [404, 414, 500, 501, 502, 503, 504];

/// An error of the server for which a distribution can show a page of its own. The errors 4xx are not
/// among them: they are the API's as well, and what it says with them would be lost.
///
/// Source: "Create a custom error page for specific HTTP status codes", Amazon CloudFront Developer
/// Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerError {
    /// 500.
    InternalServerError,
    /// 501.
    NotImplemented,
    /// 502.
    BadGateway,
    /// 503.
    ServiceUnavailable,
    /// 504.
    GatewayTimeout,
}

impl ServerError {
    pub(super) const fn code(self) -> u16 {
        match self {
            Self::InternalServerError => 500,
            Self::NotImplemented => 501,
            Self::BadGateway => 502,
            Self::ServiceUnavailable => 503,
            Self::GatewayTimeout => 504,
        }
    }
}

impl Distribution {
    /// How errors are answered. What a load balancer answered once, it may answer otherwise at once: an
    /// order that is made after it wasn't found is found.
    pub(super) fn errors(&self) -> Vec<CustomErrorResponse> {
        let answers = !self.origins().is_empty();
        let page = |code: u16| {
            let mut pages = self.error_pages.iter();
            pages.find(|(error, _)| error.code() == code).map(|(_, page)| page)
        };
        let mut errors = Vec::new();
        for code in KEPT_ERRORS {
            let page = page(code);
            if page.is_none() && !answers {
                continue;
            }
            let number = i64::from(code);
            let mut error = CustomErrorResponse::new(CustomErrorResponseErrorCode::custom(number));
            if answers {
                error = error.error_caching_min_ttl(0);
            }
            if let Some(page) = page {
                error = error
                    .response_code(CustomErrorResponseResponseCode::custom(number))
                    .response_page_path(page.clone());
            }
            errors.push(error);
        }
        errors
    }
}
