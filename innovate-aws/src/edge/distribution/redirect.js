// Hosts that have moved lead to the one that the application has, at the same address.
function redirected(request) {
    if (!MOVED.includes(request.headers.host.value.toLowerCase())) {
        return null;
    }
    var query = [];
    for (var name in request.querystring) {
        var parameter = request.querystring[name];
        (parameter.multiValue || [parameter]).forEach(function (each) {
            query.push(each.value === '' ? name : name + '=' + each.value);
        });
    }
    var address = HOST + request.uri + (query.length > 0 ? '?' + query.join('&') : '');
    return {
        statusCode: 308,
        statusDescription: 'Permanent Redirect',
        headers: {location: {value: 'https://' + address}},
    };
}
