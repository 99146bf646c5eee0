"""What a report of a log that was cut may say: each field equals the whole one's or is absent, and what is missing is told."""

# Conclusions drawn from all of the report, and places: they are weaker where there is less to draw from.
CONCLUSIONS = {'title', 'kind', 'signature', 'severity', 'corrupted', 'defects', 'explanation', 'culprit', 'where', 'system_call', 'follows', 'panic',
               'line_last', 'lines', 'site', 'before', 'lost-head', 'address_class', 'address_note', 'register', 'register_value'}


def stronger(part, whole, path=''):
    """The first thing that `part` says and `whole` does not; None: nothing."""
    if isinstance(part, dict) and isinstance(whole, dict):
        for key, value in part.items():
            if key in CONCLUSIONS or (key == 'context' and value == 'headline') or (key == 'version' and value in whole.get('banner', '')):  # the banner's, until the report's own
                continue
            if key not in whole:
                return '%s.%s: %.60r, which the whole log does not say' % (path, key, value)
            found = stronger(value, whole[key], path + '.' + key)
            if found:
                return found
        return None
    # powerpc prints its code in several lines; a list of bits or errors grows with every line
    if isinstance(part, str) and isinstance(whole, str):
        grown = path.endswith('.code.bytes') or ('.facts.' in path and whole.startswith(part + ', '))
        return None if part == whole or (grown and whole.startswith(part)) else '%s: %.60r, not %.60r' % (path, part, whole)
    if isinstance(part, list) and isinstance(whole, list):
        if len(part) > len(whole):
            return '%s: %d entries, not %d' % (path, len(part), len(whole))
        for i, (x, y) in enumerate(zip(part, whole)):
            found = stronger(x, y, '%s[%d]' % (path, i))
            if found:
                return found
        return None
    return None if part == whole else '%s: %.60r, not %.60r' % (path, part, whole)


def damage(whole, parts):
    """What is wrong with the reports of a log that was cut, beside those of the whole one; None: nothing."""
    if len(parts) > len(whole):
        return '%d reports, not %d' % (len(parts), len(whole))
    for a, b in zip(whole, parts):
        if a['kind'] == 'panic' != b['kind']:  # the panic that came of it took its place
            b = {**b, 'headline': a['headline'], 'title': a['title']}
        found = stronger(b, a)
        if found:
            return found
        told = b.get('corrupted') or b.get('defects')
        # "PCIe error" before its layer is told; "events logged" says itself that the records are not in the log.
        less = a['title'].startswith(b['title']) or b['kind'] == 'machine-check-logged'
        if b['title'] != a['title'] and not told and not less:
            return 'title: %r, not %r, and no damage is told' % (b['title'], a['title'])
    return None
