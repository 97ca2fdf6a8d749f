-- Tells wrk what to send, by the environment, and prints what happened as one line of JSON.
wrk.method = os.getenv('BENCH_METHOD') or 'GET'
local bytes = tonumber(os.getenv('BENCH_BODY_BYTES') or '0')
if bytes > 0 then wrk.body = string.rep('x', bytes) end
if os.getenv('BENCH_CLOSE') == '1' then wrk.headers['Connection'] = 'close' end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    '\nresult {"requests":%d,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
