-- Tells wrk what to send, by the environment, and prints what happened as one line of JSON.
wrk.method = os.getenv('BENCH_METHOD') or 'GET'
local bytes = tonumber(os.getenv('BENCH_BODY_BYTES') or '0')
if bytes > 0 then wrk.body = string.rep('x', bytes) end
if os.getenv('BENCH_CLOSE') == '1' then wrk.headers['Connection'] = 'close' end
local hosts = tonumber(os.getenv('BENCH_HOSTS') or '0')
local paths = tonumber(os.getenv('BENCH_PATHS') or '0')

-- Requests that differ are made once and sent in turn; without any, wrk sends one and the same.
if hosts + paths > 0 then
  local requests = {}
  local last = 0

  function init()
    for index = 0, math.max(hosts, paths) - 1 do
      if hosts > 0 then wrk.headers['Host'] = 'h' .. index .. '.example.com' end
      local path = paths > 0 and '/p' .. index .. wrk.path or wrk.path
      requests[index + 1] = wrk.format(wrk.method, path)
    end
  end

  function request()
    last = last % #requests + 1
    return requests[last]
  end
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    '\nresult {"requests":%d,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
