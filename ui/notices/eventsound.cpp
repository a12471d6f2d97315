// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notices/eventsound.h"

#include <canberra.h>

namespace bartizan {

EventSound::~EventSound()
{
    if (m_context != nullptr)
        ca_context_destroy(m_context);
}

void EventSound::play()
{
    int status = CA_SUCCESS;
    if (m_context == nullptr)
        status = ca_context_create(&m_context);
    if (status == CA_SUCCESS) {
        status = ca_context_play(m_context, 0, CA_PROP_EVENT_ID, "dialog-warning", CA_PROP_EVENT_DESCRIPTION,
                                 tr("New security alert").toUtf8().constData(), CA_PROP_APPLICATION_NAME, "Bartizan",
                                 nullptr);
    }
    if (status != CA_SUCCESS)
        Q_EMIT failed(QString::fromUtf8(ca_strerror(status)));
}

} // namespace bartizan
