/** Stands in for thread-stream, which pino wants only for transports: workers that write the log. Ours has none. */
export {}
