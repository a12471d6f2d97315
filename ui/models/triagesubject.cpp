// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/triagesubject.h"

#include "ui/models/alertrecords.h"
#include "ui/models/displaytext.h"

#include <QStringList>

namespace bartizan {
namespace {

/// More of a title or of a name than this tells nothing more.
constexpr int kTitleLimit = 200;
constexpr int kNameLimit = 80;

TriageSubject::One described(const AlertRecords &records, const AlertRecords::Record &record)
{
    using Pool = AlertRecords::Pool;
    TriageSubject::One one;
    one.severity = record.severity;
    one.title = displayText(records.text(Pool::Titles, record.title), kTitleLimit);
    QStringList source;
    for (const std::string_view name : {records.text(Pool::Addresses, record.address),
                                        records.text(Pool::Countries, record.country),
                                        records.text(Pool::Users, record.user)}) {
        if (!name.empty())
            source.append(displayText(name, kNameLimit));
    }
    one.source = source.join(QStringLiteral(", "));
    one.timestamp = record.timestamp;
    return one;
}

} // namespace

TriageSubject triageSubject(const AlertRecords &records, const IdList &ids)
{
    TriageSubject subject;
    subject.alerts = static_cast<qint64>(ids.size());
    if (ids.size() > kMostDescribed)
        return subject;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto number = records.find(ids[i]);
        if (!number || records[*number].state == AlertRecords::State::Free)
            continue;
        const AlertRecords::Record &record = records[*number];
        ++subject.known;
        ++subject.bySeverity[static_cast<std::size_t>(record.severity)];
        subject.resolved += record.status == AlertStatus::Resolved ? 1 : 0;
        if (ids.size() == 1)
            subject.one = described(records, record);
    }
    return subject;
}

} // namespace bartizan
