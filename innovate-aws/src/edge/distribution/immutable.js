// Browsers keep a file whose name changes with what is in it, unless the file says otherwise itself.
// Nothing is kept of a file that is missing: CloudFront runs this for no answer of 400 or above, and the
// status is asked for all the same.
function kept(response) {
    var there = response.statusCode === 304 || (response.statusCode >= 200 && response.statusCode < 300);
    if (there && !response.headers['cache-control']) {
        response.headers['cache-control'] = {value: 'public, max-age=31536000, immutable'};
    }
    return response;
}
