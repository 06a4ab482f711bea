export const backlog = {
  /** Streams whose windows lack events of the log: they are not merged yet, or the stream is filled or rebuilt. */
  streams: `(SELECT count(*) FROM streams s WHERE s.rebuild OR EXISTS (
    SELECT FROM stream_versions v WHERE v.stream = s.id AND (v.state = 'FILLING' OR v.state = 'LIVE' AND (
      SELECT true FROM stream_parts p WHERE p.stream = v.stream AND p.version = v.version ORDER BY p.batch LIMIT 1
    ))))::int`,
};
