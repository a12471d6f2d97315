// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/jsontreemodel.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <vector>

namespace bartizan {

struct JsonTreeModel::Node {
    Node *parent = nullptr;
    int row = 0;
    QString key;
    QJsonValue value;
    std::vector<std::unique_ptr<Node>> children; ///< Those made so far.

    int total() const
    {
        if (value.isObject())
            return static_cast<int>(value.toObject().size());
        return value.isArray() ? static_cast<int>(value.toArray().size()) : 0;
    }
    void makeChildren(int end)
    {
        const QJsonObject object = value.toObject();
        const QJsonArray list = value.toArray();
        for (int row = static_cast<int>(children.size()); row < end; ++row) {
            auto child = std::make_unique<Node>();
            child->parent = this;
            child->row = row;
            if (value.isObject()) {
                const auto member = object.constBegin() + row;
                child->key = member.key();
                child->value = member.value();
            } else {
                child->key = QString::number(row);
                child->value = list.at(row);
            }
            children.push_back(std::move(child));
        }
    }
};

namespace {

QString compact(const QJsonValue &value)
{
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    // QJsonDocument writes only objects and arrays: write the value in a list and take the brackets off.
    const QByteArray list = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(list.mid(1, list.size() - 2));
}

QString shownValue(const QJsonValue &value)
{
    if (value.isObject())
        return QStringLiteral("{%1}").arg(value.toObject().size());
    if (value.isArray())
        return QStringLiteral("[%1]").arg(value.toArray().size());
    if (!value.isString())
        return compact(value);
    // Cut before escaping: a string may be megabytes long.
    const QString text = value.toString();
    if (text.size() <= kCellTextLimit)
        return compact(value);
    return compact(text.left(kCellTextLimit)).chopped(1) + QChar(0x2026);
}

} // namespace

ParsedJson parseJson(const std::string &text)
{
    if (text.empty())
        return {QJsonObject(), {}};
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(
        QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size())), &error);
    if (error.error != QJsonParseError::NoError) {
        return {{}, QCoreApplication::translate("JsonTreeModel", "not valid JSON at byte %1: %2")
                        .arg(error.offset).arg(error.errorString())};
    }
    return {document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object()), {}};
}

JsonTreeModel::JsonTreeModel(QObject *parent)
    : QAbstractItemModel(parent)
    , m_root(std::make_unique<Node>())
{
}

JsonTreeModel::~JsonTreeModel() = default;

void JsonTreeModel::setValue(const QJsonValue &value)
{
    beginResetModel();
    m_root = std::make_unique<Node>();
    m_root->value = value.isObject() || value.isArray() || value.isUndefined() || value.isNull()
        ? value
        : QJsonValue(QJsonArray{value});
    m_root->makeChildren(std::min(kBatch, m_root->total()));
    endResetModel();
}

JsonTreeModel::Node *JsonTreeModel::nodeOf(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Node *>(index.internalPointer()) : m_root.get();
}

QModelIndex JsonTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, nodeOf(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex JsonTreeModel::parent(const QModelIndex &child) const
{
    if (!child.isValid())
        return {};
    Node *parent = nodeOf(child)->parent;
    return parent == m_root.get() ? QModelIndex() : createIndex(parent->row, 0, parent);
}

int JsonTreeModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

int JsonTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

bool JsonTreeModel::hasChildren(const QModelIndex &parent) const
{
    return parent.column() <= 0 && nodeOf(parent)->total() > 0;
}

bool JsonTreeModel::canFetchMore(const QModelIndex &parent) const
{
    return !m_fetching && parent.column() <= 0 && rowCount(parent) < nodeOf(parent)->total();
}

void JsonTreeModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    Node *node = nodeOf(parent);
    const int first = rowCount(parent);
    const int end = std::min(first + kBatch, node->total());
    m_fetching = true; // Who is told that rows come may ask for more at once.
    beginInsertRows(parent, first, end - 1);
    node->makeChildren(end);
    m_fetching = false;
    endInsertRows();
}

QString JsonTreeModel::jsonAt(const QModelIndex &index) const
{
    return compact(nodeOf(index)->value);
}

QString JsonTreeModel::textAt(const QModelIndex &index) const
{
    const QJsonValue &value = nodeOf(index)->value;
    return value.isString() ? value.toString() : compact(value);
}

QVariant JsonTreeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Node *node = nodeOf(index);
    const auto key = [node] { return displayText(node->key.left(kCellTextLimit + 1).toStdString()); };
    const auto value = [node] { return format::singleLine(shownValue(node->value)); };
    switch (role) {
    case Qt::DisplayRole: return index.column() == KeyColumn ? key() : value();
    case Qt::ToolTipRole: return format::toolTip(index.column() == KeyColumn ? key() : value());
    case Qt::AccessibleTextRole:
        return index.column() == KeyColumn ? tr("Key %1").arg(key()) : tr("Value %1").arg(value());
    default: return {};
    }
}

QVariant JsonTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == KeyColumn ? tr("Key") : tr("Value");
}

} // namespace bartizan
