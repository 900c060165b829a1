// The pages of a single-page application are all index.html: its own router shows them.
// What has an extension is a file, and so is what is below /.well-known/.
function handler(event) {
    var request = event.request;
    var path = request.uri;
    var last = path.substring(path.lastIndexOf('/') + 1);
    if (!last.includes('.') && !path.startsWith('/.well-known/')) {
        request.uri = '/index.html';
    }
    return request;
}
