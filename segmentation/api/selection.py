ENDPOINTS: tuple[tuple[str, type], ...] = ()
