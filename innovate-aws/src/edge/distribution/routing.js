// The pages of a single-page application are all index.html: its own router shows them.
// What has the extension of a file is a file, and so is what is below /.well-known/. Other dots are
// part of an address, such as that of a user.
var FILE = /\.(avif|bmp|br|cjs|css|csv|eot|gif|gz|htm|html|ico|jpe?g|js|json|jsonld|map|md|mjs|mp3|mp4|ogg|otf|pdf|png|rss|svg|ttf|txt|wasm|wav|webm|webmanifest|webp|woff2?|xml|zip)$/i;

function page(request) {
    var path = request.uri;
    if (!FILE.test(path) && !path.startsWith('/.well-known/')) {
        request.uri = '/index.html';
    }
    return request;
}
