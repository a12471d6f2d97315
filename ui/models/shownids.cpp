// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/shownids.h"

#include "ui/models/alertmodel.h"

namespace bartizan {
namespace {

constexpr int kSliceMs = 8;
/// The clock is asked once in so many.
constexpr std::size_t kAtOnce = 1000;

} // namespace

ShownIds::ShownIds(const AlertModel *model, QObject *parent)
    : QObject(parent), m_model(model), m_marks(model->marksInOrder())
{
    m_collected.reserve(m_marks.size());
    connect(&m_timer, &QTimer::timeout, this, [this] { goOn(QDeadlineTimer(kSliceMs)); });
    // Marks mean nothing afterwards.
    connect(model, &AlertModel::recordsLeaving, this, [this] { goOn(QDeadlineTimer(QDeadlineTimer::Forever)); });
    m_timer.start();
}

void ShownIds::goOn(QDeadlineTimer until)
{
    if (m_ids)
        return;
    for (std::size_t i = m_collected.size(); i < m_marks.size(); ++i) {
        if (i % kAtOnce == 0 && until.hasExpired())
            return;
        m_collected.emplace_back(m_model->records().id(m_marks[i]));
    }
    m_timer.stop();
    m_ids = std::make_shared<const std::vector<std::string>>(std::move(m_collected));
    Q_EMIT done();
}

} // namespace bartizan
