// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filterparser.h"
#include "tests/models/alertfixtures.h"
#include "ui/models/alertmodel.h"

#include <QAbstractItemModelTester>

namespace bartizan::fixtures {

/// The model with what every test of it needs.
struct PlainFixture {
    AlertModel model;

    QStringList column(int column) const
    {
        QStringList texts;
        for (int row = 0; row < model.rowCount(); ++row)
            texts.append(model.index(row, column).data().toString());
        return texts;
    }
    QStringList ids() const
    {
        QStringList texts;
        for (int row = 0; row < model.rowCount(); ++row)
            texts.append(model.idAt(row));
        return texts;
    }
};

/// With the tester, attached before data arrive. It looks at all rows with each change: for a few thousand at most.
struct Fixture : PlainFixture {
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

/// The filter that a text says.
inline Filter filtering(const QString &text)
{
    const ParsedFilter parsed = parseFilter(text, FilterSubject::Alerts);
    if (!parsed.ok())
        qFatal("%s", qPrintable(parsed.errors.front().message));
    return parsed.filter;
}

/// Alerts of three users and of nobody: 0, 4, 8 … of nobody, 1, 5, 9 … of u1.
inline std::vector<SecurityAlert> ofUsers(int first, int count)
{
    std::vector<SecurityAlert> some = alerts(first, count);
    for (int i = 0; i < count; ++i) {
        if ((first + i) % 4 != 0)
            some[static_cast<std::size_t>(i)].context.userId = "u" + std::to_string((first + i) % 4);
    }
    return some;
}

/// Changes as the database tells of them.
inline ToldChanges told(std::vector<SecurityAlert> changed, std::vector<std::string> removed = {})
{
    return std::make_shared<AlertChanges>(AlertChanges{0, std::move(changed), std::move(removed), {}, 0});
}

inline QString id(int number) { return QString::fromStdString(idOf(number)); }

/// Whether the counts are what counting the rows one by one gives.
inline bool countsHold(const AlertModel &model)
{
    int active = 0;
    for (int row = 0; row < model.rowCount(); ++row)
        active += model.isAcknowledged(row) ? 0 : 1;
    return model.counts().shown == model.rowCount() && model.counts().active == active;
}

} // namespace bartizan::fixtures
